"""What staff type about residents."""

from datetime import date
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import BooleanField, DateField, RadioField, SelectField, SelectMultipleField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length, Optional, ValidationError

from portal import clock
from portal.people.households import SALE, TENANCY, PersonValues
from portal.people.models import Person, Relation
from portal.people.numbers import clean_document, clean_phone, split_phones, to_half_width
from portal.people.roster import cells, words
from portal.people.roster.faults import CellError
from portal.web import LANGUAGES

RELATIONS = [SelectChoice(str(relation), words.RELATIONS[relation]) for relation in Relation]
REASONS = {
    "contact": _("联系本人办事"),
    "urgent": _("紧急情况"),
    "check": _("核对登记资料"),
    "other": _("其他（请写明）"),
}

WHY = [SelectChoice("", ""), *(SelectChoice(name, label) for name, label in REASONS.items())]


def _tidy(value: str | None) -> str | None:
    return to_half_width(value) or None if value else None


def _today() -> date:
    return clock.local(clock.now()).date()


class PersonForm(FlaskForm):
    """A person's own values. Known numbers are not shown again: they can be dropped, and new ones added."""

    name = StringField(_("姓名"), [DataRequired(_("请填写姓名。")), Length(max=80)], filters=[_tidy])
    add_phones = StringField(_("添加电话"), [Optional(), Length(max=200)], filters=[_tidy])
    drop_phones = SelectMultipleField(_("删除电话"), coerce=int)
    document = StringField(_("证件号"), [Optional(), Length(max=30)], filters=[_tidy])
    email = StringField(_("邮箱"), [Optional(), Length(max=200)], filters=[_tidy])
    language = RadioField(
        _("语言"), choices=[SelectChoice(code, name) for code, name in LANGUAGES.items()], default="zh"
    )
    special = BooleanField(_("特殊客户：办结后由主任再联系一次"))
    special_reason = StringField(_("特殊客户的原因"), [Length(max=200)], filters=[_tidy])

    def of(self, person: Person) -> "PersonForm":
        """Offer the person's numbers, masked, to be dropped."""
        self.drop_phones.choices = [SelectChoice(phone.id, phone.masked) for phone in person.phones]
        return self

    def validate_add_phones(self, field: Any) -> None:
        wrong = [written for written in split_phones(field.data or "") if clean_phone(written) is None]
        if wrong:
            raise ValidationError(gettext("“%(number)s”不是有效的电话，座机请写上区号。", number=wrong[0]))

    def validate_document(self, field: Any) -> None:
        if field.data and clean_document(field.data) is None:
            raise ValidationError(gettext("证件号不对：请核对位数和最后一位。"))

    def validate_email(self, field: Any) -> None:
        try:
            cells.email(field.data)
        except CellError:
            raise ValidationError(gettext("邮箱的写法不对，例如 name@example.com。")) from None

    def validate_special_reason(self, field: Any) -> None:
        if self.special.data and not field.data:
            raise ValidationError(gettext("请写明为什么是特殊客户。"))

    @property
    def values(self) -> PersonValues:
        """What was typed, cleaned. After validation only."""
        numbers = [clean_phone(written) for written in split_phones(self.add_phones.data or "")]
        return PersonValues(
            name=self.name.data or "",
            email=self.email.data,
            language=self.language.data,
            document=clean_document(self.document.data) if self.document.data else None,
            add_phones=[number for number in numbers if number],
            drop_phones=frozenset(self.drop_phones.data or ()),
            special=self.special.data,
            special_reason=self.special_reason.data,
        )


class NewMemberForm(PersonForm):
    """Somebody new in a household."""

    relation = RadioField(_("身份"), [InputRequired(_("请选择身份。"))], choices=RELATIONS)
    from_on = DateField(_("从哪天起"), [Optional()])


class MemberForm(FlaskForm):
    """The place of a person in a household."""

    relation = RadioField(_("身份"), [InputRequired(_("请选择身份。"))], choices=RELATIONS)
    from_on = DateField(_("从哪天起"), [Optional()])


class MoveOutForm(FlaskForm):
    on = DateField(_("搬离日期"), [InputRequired(_("请填写搬离日期。"))], default=_today)
    reason = StringField(_("原因"), [Optional(), Length(max=200)], filters=[_tidy])


class NewHouseholdForm(FlaskForm):
    why = RadioField(
        _("为什么换"),
        [InputRequired(_("请选择是买卖还是租赁。"))],
        choices=[
            SelectChoice(SALE, _("买卖：原来的人全部搬离")),
            SelectChoice(TENANCY, _("租赁：业主不变，换租户")),
        ],
    )
    on = DateField(_("从哪天起"), [InputRequired(_("请填写日期。"))], default=_today)
    reason = StringField(_("说明"), [Optional(), Length(max=200)], filters=[_tidy])

    def validate_on(self, field: Any) -> None:
        if field.data and field.data > _today():
            raise ValidationError(gettext("请等到那一天再登记。"))


class RevealForm(FlaskForm):
    """Why somebody wants to see a number in full."""

    what = StringField(validators=[DataRequired(), Length(max=30)])
    why = SelectField(_("为什么要看"), [InputRequired(_("请选择原因。"))], choices=WHY)
    words = StringField(_("说明"), [Length(max=200)], filters=[_tidy])

    def validate_words(self, field: Any) -> None:
        if self.why.data == "other" and not field.data:
            raise ValidationError(gettext("请写明原因。"))

    @property
    def reason(self) -> str:
        told = str(REASONS[self.why.data])
        return f"{told}：{self.words.data}" if self.words.data else told
