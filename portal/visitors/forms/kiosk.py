"""The questions of the kiosk, one form each: it checks the answer and says what to keep of it."""

from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import BooleanField, IntegerField, RadioField, StringField, SubmitField, ValidationError
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional

from portal.people.models import Unit
from portal.visitors import rooms
from portal.visitors.forms import fields
from portal.visitors.kinds import Kind, Step


class StepForm(FlaskForm):
    """A question. `kept()` is what of the answer goes on to the next page."""

    def __init__(self, kind: Kind, community_id: int, **answers: Any) -> None:
        super().__init__(data=answers)
        self.kind, self.community_id = kind, community_id

    @property
    def skipped(self) -> bool:
        return False

    def kept(self) -> dict[str, Any]:
        raise NotImplementedError


class RoomForm(StepForm):
    building = RadioField(_("栋"), [Optional()], validate_choice=False)
    room = StringField(_("房号"), [Length(max=20)], filters=[fields.half_width], render_kw={"maxlength": 20})
    unit_id = IntegerField(_("选中的一户"), [Optional()])

    def __init__(self, kind: Kind, community_id: int, **answers: Any) -> None:
        super().__init__(kind, community_id, **answers)
        houses = rooms.buildings(community_id)
        self.typed = len(houses) > rooms.MOST_BUTTONS
        self.building.choices = [] if self.typed else [SelectChoice(house.code, house.name) for house in houses]
        if len(houses) == 1:
            self.building.data = self.building.data or houses[0].code
        self.near: list[Unit] = []
        self.unit: Unit | None = None

    def validate_room(self, field: Any) -> None:
        if self.unit_id.data:
            self.unit = rooms.by_id(self.community_id, self.unit_id.data)
        elif not field.data:
            raise ValidationError(_("请输入房号。例：1204"))
        else:
            found = rooms.look_up(self.community_id, self.building.data or None, field.data)
            self.unit, self.near = found.unit, found.near
        if self.unit is None:
            raise ValidationError(
                _("您要去的是哪一户？请点选。") if self.near else _("没有找到这一户，请核对楼栋和房号。")
            )

    def kept(self) -> dict[str, Any]:
        assert self.unit is not None  # noqa: S101 - validated
        return {"unit_id": self.unit.id, "building": self.unit.building.code, "room": self.unit.number}


class PhoneForm(StepForm):
    phone = StringField(
        _("手机号码"), [fields.phone], filters=[fields.bare], render_kw={"maxlength": 20, "inputmode": "tel"}
    )
    skip = SubmitField(_("不留号码"))

    def __init__(self, kind: Kind, community_id: int, **answers: Any) -> None:
        super().__init__(kind, community_id, **answers)
        self.phone.flags.required = Step.PHONE in kind.must

    @property
    def skipped(self) -> bool:
        return bool(self.skip.data) and Step.PHONE not in self.kind.must

    def validate_phone(self, field: Any) -> None:
        if not field.data and not self.skipped:
            raise ValidationError(_("请输入手机号码，离开时凭后四位签离。"))

    def kept(self) -> dict[str, Any]:
        return {"phone": None if self.skipped else self.phone.data}


class PurposeForm(StepForm):
    purpose = StringField(_("来访事由"), [DataRequired(_("请点选一项。"))])

    def validate_purpose(self, field: Any) -> None:
        if field.data not in self.kind.purposes:
            raise ValidationError(_("请点选一项。"))

    def kept(self) -> dict[str, Any]:
        return {"purpose": self.purpose.data}


class OrganisationForm(StepForm):
    organisation = StringField(
        _("单位名称"),
        [DataRequired(_("请输入单位名称。")), Length(max=80)],
        filters=[fields.half_width],
        render_kw={"maxlength": 80},
    )

    def kept(self) -> dict[str, Any]:
        return {"organisation": self.organisation.data}


class PeopleForm(StepForm):
    people = IntegerField(
        _("人数"),
        [InputRequired(_("请输入一共几位。")), NumberRange(1, 500, _("人数在 1 到 500 之间。"))],
        render_kw={"maxlength": 3},
    )

    def kept(self) -> dict[str, Any]:
        return {"people": self.people.data}


STEPS: dict[Step, type[StepForm]] = {
    Step.ROOM: RoomForm,
    Step.PHONE: PhoneForm,
    Step.PURPOSE: PurposeForm,
    Step.ORGANISATION: OrganisationForm,
    Step.PEOPLE: PeopleForm,
}


class CodeForm(FlaskForm):
    """A pass: scanned (a scanner types it and presses Enter) or its 8 digits."""

    code = StringField(
        _("访客码或通行号"),
        [DataRequired(_("请扫访客码，或输入 8 位通行号。")), Length(max=200)],
        render_kw={"maxlength": 200},
    )


class LeaveForm(FlaskForm):
    """A pass, or the last four digits of the phone; `visit_id` where several are alike and one was chosen."""

    code = StringField(
        _("通行号或手机后四位"),
        [DataRequired(_("请扫访客码，或输入通行号、手机后四位。")), Length(max=200)],
        render_kw={"maxlength": 200},
    )
    visit_id = IntegerField(_("选中的一位"), [Optional()])


class DocumentForm(FlaskForm):
    document = StringField(
        _("证件号码"),
        [DataRequired(_("请输入证件号码，或返回上一步。")), fields.document],
        filters=[fields.bare],
        render_kw={"maxlength": 18},
    )
    consent = BooleanField(_("我同意为核实身份登记我的证件号码"))

    def validate_consent(self, field: Any) -> None:
        if not field.data:
            raise ValidationError(_("没有您的同意，我们不登记证件号码。"))
