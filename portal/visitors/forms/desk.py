"""The guard's and the desk's forms."""

from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    DateField,
    DateTimeLocalField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    ValidationError,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional

from portal import clock
from portal.people.models import Unit
from portal.secret import new_token
from portal.visitors import queries, rooms
from portal.visitors.forms import fields
from portal.visitors.forms.household import OneTimeForm
from portal.visitors.kinds import ARRIVALS, KINDS, Arrival, Step
from portal.visitors.operations.registering import Told

LOCAL = "%Y-%m-%dT%H:%M"


class WalkInForm(OneTimeForm):
    """Everything on one page, for the keyboard. What the kind does not ask is not kept."""

    kind = RadioField(_("来访类别"), [DataRequired(_("请选一种。"))])
    door = StringField(_("到哪一户"), [Length(max=30)], filters=[fields.half_width])
    name = StringField(_("姓名或称呼"), [Length(max=40)], filters=[fields.half_width])
    phone = StringField(_("手机号码"), [fields.phone, Length(max=20)], filters=[fields.bare])
    purpose = StringField(_("事由"), [Length(max=40)])  # kind.purpose, of a list that the page groups by kind
    organisation = StringField(_("单位"), [Length(max=80)], filters=[fields.half_width])
    people = IntegerField(
        _("人数"), [InputRequired(_("请填人数。")), NumberRange(1, 500, _("人数在 1 到 500 之间。"))], default=1
    )
    plate = StringField(_("车牌"), [fields.plate, Length(max=10)], filters=[fields.bare])
    document = StringField(_("证件号码"), [fields.document, Length(max=20)], filters=[fields.bare])
    consent = BooleanField(_("访客本人同意登记证件号码"))
    arrival = RadioField(_("怎样进入"), [Optional()], validate_choice=False)

    def __init__(self, community_id: int) -> None:
        super().__init__()
        self.community_id = community_id
        self.kind.choices = [SelectChoice(kind.key, kind.name) for kind in KINDS.values()]
        self.kind.data = self.kind.data or "guest"
        self.arrival.choices = [
            SelectChoice("", _("按类别的规定")),
            SelectChoice(str(Arrival.ENTER), _("已核实，直接进入")),
        ]
        self.arrival.data = self.arrival.data or ""
        self.unit: Unit | None = None
        self.near: list[Unit] = []

    def validate_door(self, field: Any) -> None:
        kind = KINDS.get(self.kind.data)
        if field.data:
            found = rooms.look_up(self.community_id, None, field.data)
            self.unit, self.near = found.unit, found.near
            if self.unit is None:
                names = "、".join(unit.label for unit in self.near)
                raise ValidationError(
                    _("请写全是哪一户：%(units)s", units=names) if names else _("没有找到这一户，请核对楼栋和房号。")
                )
        elif kind and Step.ROOM in kind.must:
            raise ValidationError(_("请写明到哪一户，例：3-1204。"))

    def validate_phone(self, field: Any) -> None:
        kind = KINDS.get(self.kind.data)
        if kind and Step.PHONE in kind.must and not field.data:
            raise ValidationError(_("请填手机号码。"))

    def validate_organisation(self, field: Any) -> None:
        if self.kind.data == "group" and not field.data:
            raise ValidationError(_("请填来访单位。"))

    def validate_document(self, field: Any) -> None:
        kind = KINDS.get(self.kind.data)
        if field.data and kind and not kind.document:
            raise ValidationError(_("这一类来访不登记证件。"))

    def validate_consent(self, field: Any) -> None:
        if self.document.data and not field.data:
            raise ValidationError(_("登记证件号码要访客本人同意；不同意就留空。"))

    def told(self) -> Told:
        kind = KINDS[self.kind.data]
        purpose = (self.purpose.data or "").rpartition(".")[2]
        return Told(
            kind=kind.key,
            unit_id=self.unit.id if self.unit else None,
            household_id=queries.current_household_id(self.unit.id if self.unit else None),
            name=self.name.data or None,
            phone=self.phone.data or None,
            purpose=purpose if purpose in kind.purposes else None,
            people=self.people.data,
            plate=self.plate.data or None,
            document=self.document.data or None,
            document_consent=bool(self.consent.data),
            organisation=self.organisation.data if kind.key == "group" else None,
        )


class SearchForm(FlaskForm):
    """Sent by POST: a name or a number never stands in an address."""

    q = StringField(
        _("查找访客"),
        [DataRequired(_("请输入姓名、手机后四位、房号、车牌或通行号。")), Length(max=60)],
        filters=[fields.half_width],
    )
    day = DateField(_("日期"), [Optional()])


class ReasonForm(FlaskForm):
    reason = StringField(_("原因"), [DataRequired(_("请写明原因。")), Length(max=200)])


class RevealForm(ReasonForm):
    what = StringField(_("要看哪一项"), [DataRequired()])


class GuideForm(FlaskForm):
    """Who meets the group, and when. A changed time needs its reason."""

    guide_id = SelectField(_("接待人"), [DataRequired(_("请选接待人。"))], coerce=int)
    meet_at = DateTimeLocalField(_("迎接时间"), [InputRequired(_("请填时间。"))], format=LOCAL)
    meeting_place = StringField(_("迎接地点"), [Length(max=80)], filters=[fields.half_width])
    lead_at = DateTimeLocalField(_("引导参观"), [Optional()], format=LOCAL)
    see_off_at = DateTimeLocalField(_("送别"), [Optional()], format=LOCAL)
    reason = StringField(_("改动原因"), [Length(max=200)])

    def __init__(self, staff: list[Any], **defaults: Any) -> None:
        super().__init__(data=defaults)
        self.guide_id.choices = [SelectChoice(user.id, f"{user.name} {user.title or ''}".strip()) for user in staff]
        self.was = defaults.get("meet_at")

    def validate_meet_at(self, field: Any) -> None:
        if field.data and field.data != self.was and instant(field.data) <= clock.now():  # type: ignore[operator]
            raise ValidationError(_("迎接时间要在现在以后。"))

    def validate_see_off_at(self, field: Any) -> None:
        times = [one for one in (self.meet_at.data, self.lead_at.data, field.data) if one]
        if times != sorted(times):
            raise ValidationError(_("迎接、引导、送别要一个比一个晚。"))

    def validate_reason(self, field: Any) -> None:
        if self.was and self.meet_at.data and self.was != self.meet_at.data and not field.data:
            raise ValidationError(_("改迎接时间请写明原因。"))


class GroupForm(GuideForm):
    """A group announced beforehand."""

    organisation = StringField(
        _("来访单位"), [DataRequired(_("请填来访单位。")), Length(max=80)], filters=[fields.half_width]
    )
    name = StringField(_("带队人"), [Length(max=40)], filters=[fields.half_width])
    phone = StringField(_("带队人手机"), [fields.phone], filters=[fields.bare])
    people = IntegerField(_("人数"), [InputRequired(_("请填人数。")), NumberRange(1, 500, _("人数在 1 到 500 之间。"))])
    purpose = SelectField(_("事由"), [Optional()], validate_choice=False)
    key = HiddenField()

    def __init__(self, staff: list[Any]) -> None:
        super().__init__(staff)
        self.purpose.choices = [SelectChoice(key, name) for key, name in KINDS["group"].purposes.items()]
        self.key.data = self.key.data or new_token()


class RuleForm(FlaskForm):
    arrival = SelectField(_("没有预约时"), choices=[SelectChoice(str(key), name) for key, name in ARRIVALS.items()])
    hours = IntegerField(_("通常几小时内离开"), [InputRequired(), NumberRange(1, 48, _("请填 1 到 48 小时。"))])


def instant(wall: datetime | None) -> datetime | None:
    """A time typed on the estate's wall clock as an instant."""
    return wall.replace(tzinfo=clock.CHINA) if wall else None


def wall(at: datetime | None) -> datetime | None:
    """An instant as the wall clock shows it, for a form's field."""
    return clock.local(at).replace(tzinfo=None) if at else None
