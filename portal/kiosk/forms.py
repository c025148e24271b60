"""The questions at the kiosk. Each form says what is kept of its answer, under the step's key and beside it."""

from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import RadioField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, ValidationError

from portal.cases.kinds import KINDS
from portal.kiosk.places import PLACES, buildings
from portal.people.models import Unit
from portal.people.numbers import clean_phone
from portal.people.queries import find_unit
from portal.people.rights import current_community
from portal.web import language

CHOOSE = InputRequired(_("请点一个选项。"))
PHONE_EXAMPLE = _("这个号码不完整，请按 11 位手机号或带区号的座机，例：13800135678。")
WORDS_NEEDED = frozenset({"suggestion", "enquiry"})


def strip(text: str | None) -> str:
    return (text or "").strip()


class Question(FlaskForm):
    """One question. `kind` is the kind of case, `answers` what has been said before."""

    def __init__(self, kind: str, answers: dict[str, str], **kwargs: Any) -> None:
        self.kind, self.answers = kind, answers
        super().__init__(**kwargs)

    def kept(self) -> dict[str, str]:
        """The answers to keep: the form's fields by their names."""
        return {name: str(value) for name, value in self.data.items() if name != "csrf_token"}


class WhereForm(Question):
    where = RadioField(
        _("在哪里？"), [CHOOSE], choices=[("home", _("我家里")), ("public", _("公共区域")), ("none", _("说不清地点"))]
    )

    def __init__(self, kind: str, answers: dict[str, str], **kwargs: Any) -> None:
        super().__init__(kind, answers, **kwargs)
        if kind == "repair":
            self.where.choices = self.where.choices[:2]


class RoomForm(Question):
    """A door by the pad. Where several fit (the same number in two 单元) they are offered."""

    room = StringField(_("您家的房号？"), [DataRequired(_("请按房号，例：3 栋 1204。"))], filters=[strip])

    def __init__(self, kind: str, answers: dict[str, str], **kwargs: Any) -> None:
        super().__init__(kind, answers, **kwargs)
        self.found: list[Unit] = []

    def validate_room(self, field: Any) -> None:
        self.found = find_unit(current_community().id, field.data)
        if not self.found:
            raise ValidationError(gettext("没有找到这一户，请再看一下栋号和房号，例：3 栋 1204。"))
        if len(self.found) > 1:
            raise ValidationError(gettext("有几户是这个号码，请点您家。"))

    def kept(self) -> dict[str, str]:
        unit = self.found[0]
        return {"room": unit.label, "unit": str(unit.id)}


class PlaceForm(Question):
    place = RadioField(_("公共区域的哪里？"), [CHOOSE], choices=[(key, place.label) for key, place in PLACES.items()])


class BuildingForm(Question):
    building = RadioField(_("在哪一栋？"), [CHOOSE])

    def __init__(self, kind: str, answers: dict[str, str], **kwargs: Any) -> None:
        super().__init__(kind, answers, **kwargs)
        names = [(building.name, building.name) for building in buildings(current_community().id)]
        self.building.choices = [*names, ("", gettext("说不清"))]


class WhatForm(Question):
    what = RadioField(_("是什么事？"), [CHOOSE])

    def __init__(self, kind: str, answers: dict[str, str], **kwargs: Any) -> None:
        super().__init__(kind, answers, **kwargs)
        self.what.choices = [(phrase.key, phrase.said(language())) for phrase in KINDS[kind].phrases]


class WordsForm(Question):
    words = TextAreaField(_("请说得具体一点"), [Length(max=300)], filters=[strip])

    def __init__(self, kind: str, answers: dict[str, str], **kwargs: Any) -> None:
        super().__init__(kind, answers, **kwargs)
        asked = {"enquiry": gettext("您想问什么？"), "suggestion": gettext("您的建议是？")}
        self.words.label.text = asked.get(kind, self.words.label.text)

    @property
    def needed(self) -> bool:
        return self.kind in WORDS_NEEDED or self.answers.get("what") == "other"

    def validate_words(self, field: Any) -> None:
        if self.needed and not field.data:
            raise ValidationError(gettext("请写几个字，或点常用说法。"))


class UrgentForm(Question):
    urgent = RadioField(
        _("现在有危险，或者没法正常生活吗？"), [CHOOSE], choices=[("yes", _("是，很急")), ("no", _("不是"))]
    )


class ContactForm(Question):
    contact = RadioField(
        _("要我们把结果告诉您吗？"), [CHOOSE], choices=[("yes", _("要，留电话")), ("no", _("不用，匿名"))]
    )


class PhoneForm(Question):
    phone = StringField(_("您的电话？"), [DataRequired(PHONE_EXAMPLE)], filters=[strip])

    def validate_phone(self, field: Any) -> None:
        number = clean_phone(field.data)
        if number is None:
            raise ValidationError(str(PHONE_EXAMPLE))
        field.data = number


class NameForm(Question):
    name = StringField(_("怎么称呼您？"), [Length(max=30)], filters=[strip])


class ReasonForm(FlaskForm):
    """Why a result is given back or a plan declined."""

    reason = TextAreaField(
        _("为什么？"), [DataRequired(_("请写几个字，或点常用说法。")), Length(max=300)], filters=[strip]
    )


class CodeForm(FlaskForm):
    code = StringField(_("回执码"), [DataRequired(_("请按回执上的 8 位数字。"))], filters=[strip])


class EnrolForm(FlaskForm):
    code = StringField(_("一次性登记码"), [DataRequired(_("请按管理员给您的登记码。"))], filters=[strip])


class LookForm(FlaskForm):
    q = StringField(
        _("您想知道什么？"), [DataRequired(_("请写几个字，或点下面的类别。")), Length(max=40)], filters=[strip]
    )
