"""The forms by which a case comes in: at the desk, by telephone, through the public page."""

from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import BooleanField, EmailField, TelField, URLField
from wtforms.validators import Email, InputRequired, Length, Optional, ValidationError

from portal import clock
from portal.cases.forms.fields import (
    ActForm,
    LocalTimeField,
    PhotosField,
    as_number,
    line,
    pick,
    radio,
    strip,
    text,
    the_unit,
)
from portal.cases.kind import Kind, Phrase
from portal.cases.kinds import KINDS
from portal.cases.stages import Channel
from portal.cases.words import CHANNELS
from portal.people.numbers import clean_phone
from portal.web import LANGUAGES, language

AT_DESK = (Channel.TELEPHONE, Channel.WALK_IN, Channel.COMPLAINT_BOX, Channel.FORUM)


class Intake(ActForm):
    """What every way in asks. `unit` after validation is the text; `the_unit` the row it names."""

    key = "case"
    kind = radio(_("哪一类"), _("请选择是哪一类。"))
    category = pick(_("常见事项"), default="")
    title = line(_("事项"))
    detail = text(_("详情"))
    unit = line(_("房号"), most=40, description=_("如 3-1204、3栋1204；公共区域不用填"))
    place = line(_("具体位置"), most=120)
    caller_name = line(_("怎么称呼"), most=80)
    phone = TelField(_("电话"), [Length(max=30)], filters=[strip])
    email = EmailField(_("邮箱"), [Optional(), Length(max=200), Email(_("请检查邮箱地址。"))], filters=[strip])
    photos = PhotosField()

    def __init__(self, community_id: int, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.community_id = community_id
        self.the_unit: Any = None
        self.title.flags.required = True
        self.kind.choices = [(kind.key, kind.called(language())) for kind in KINDS.values()]
        self.category.choices = {
            str(_("不选")): [("", _("不选"))],
            **{kind.called(language()): _phrases(kind) for kind in KINDS.values()},
        }

    def validate_title(self, field: Any) -> None:
        if not field.data and self.phrase is None:
            raise ValidationError(str(_("请用一句话写出是什么事。")))

    @property
    def phrase(self) -> Phrase | None:
        """The usual matter chosen, if it is one of the kind's."""
        kind, _dot, phrase = (self.category.data or "").partition(".")
        return KINDS[kind].phrase(phrase) if kind in KINDS and kind == self.kind.data else None

    @property
    def said(self) -> str:
        """The title, or the usual matter where nothing was written."""
        return str(self.title.data) or (self.phrase.zh if self.phrase else "")

    def validate_unit(self, field: Any) -> None:
        if field.data:
            self.the_unit = the_unit(self.community_id, field.data)

    def validate_phone(self, field: Any) -> None:
        if field.data and clean_phone(field.data) is None:
            raise ValidationError(str(_("请检查电话号码，座机请带区号。")))


def _phrases(kind: Kind) -> list[tuple[str, str]]:
    return [(f"{kind.key}.{phrase.key}", phrase.said(language())) for phrase in kind.phrases]


class CaseForm(Intake):
    """At the desk. A person of the unit may be picked in place of name and telephone."""

    person_id = pick(_("这一户的人"), coerce=as_number, default=0)
    channel = radio(
        _("怎么来的"),
        _("请选择怎么来的。"),
        [(channel.value, CHANNELS[channel]) for channel in AT_DESK],
        default=Channel.TELEPHONE.value,
    )
    caller_language = pick(_("客户的语言"), LANGUAGES.items(), default="zh")
    urgent = BooleanField(_("紧急：影响安全，或者没法正常起居"))
    paid = BooleanField(_("有偿入户维修"))
    word_at = LocalTimeField(_("承诺提前答复"), validators=[Optional()])
    posted_at = LocalTimeField(_("帖子出现的时间"), validators=[Optional()])
    forwarded_at = LocalTimeField(_("转交给我们的时间"), validators=[Optional()])
    post_url = URLField(_("帖子的地址"), [Optional(), Length(max=400)], filters=[strip])

    def __init__(self, community_id: int, persons: list[Any], *args: Any, **kwargs: Any) -> None:
        super().__init__(community_id, *args, **kwargs)
        self.persons = {person.id: person for person in persons}
        self.person_id.choices = [(0, ""), *((person.id, person.name) for person in persons)]

    @property
    def person(self) -> Any:
        return self.persons.get(self.person_id.data or 0)

    def validate_person_id(self, _field: Any) -> None:
        if not self.person and not self.caller_name.data:
            raise ValidationError(str(_("请选择这一户的人，或者写下怎么称呼。")))

    def validate_urgent(self, field: Any) -> None:
        if field.data and self.kind.data in KINDS and not KINDS[self.kind.data].may_be_urgent:
            raise ValidationError(str(_("只有报修分急缓。")))

    def validate_channel(self, field: Any) -> None:
        if field.data != Channel.FORUM:
            return
        if not (self.posted_at.data or self.forwarded_at.data):
            raise ValidationError(str(_("请填写帖子出现或转交的时间，回帖的时限从那时算起。")))

    def validate_posted_at(self, field: Any) -> None:
        if field.data and field.data > clock.now():
            raise ValidationError(str(_("这个时间还没有到。")))

    validate_forwarded_at = validate_posted_at

    def validate_word_at(self, field: Any) -> None:
        if field.data and field.data <= clock.now():
            raise ValidationError(str(_("承诺的时间要晚于现在。")))


class ReportForm(Intake):
    """The public page: whoever has no account and is not at the lobby."""

    key = "report"

    urgent = BooleanField(_("紧急：影响安全，或者没法正常起居"))

    def __init__(self, community_id: int, *args: Any, **kwargs: Any) -> None:
        super().__init__(community_id, *args, **kwargs)
        self.caller_name.flags.required = True

    def validate_caller_name(self, field: Any) -> None:
        if not field.data:
            raise ValidationError(str(_("请写下怎么称呼您。")))

    def validate_phone(self, field: Any) -> None:
        super().validate_phone(field)
        if not field.data and not self.email.data:
            raise ValidationError(str(_("请留下电话或邮箱，我们才能答复您。")))

    def validate_urgent(self, field: Any) -> None:
        if field.data and self.kind.data in KINDS and not KINDS[self.kind.data].may_be_urgent:
            raise ValidationError(str(_("只有报修分急缓。")))


class ReasonForm(ActForm):
    """On the receipt: why it is not settled, why the plan does not suit, why it is needed no more."""

    reason = text(_("请告诉我们原因"), _("请写一句原因，我们好接着办。"), rows=3, most=1000)


class BackForm(ReasonForm):
    key = "back"


class DeclineForm(ReasonForm):
    key = "decline"


class AwayForm(ReasonForm):
    key = "away"


class AddForm(ActForm):
    key = "add"
    text = text(_("补充说明"), _("请写出要补充的话。"), rows=3, most=1000)


class SubscribeForm(ActForm):
    key = "mail"
    email = EmailField(
        _("邮箱"),
        [InputRequired(_("请填写邮箱地址。")), Email(_("请检查邮箱地址。")), Length(max=200)],
        filters=[strip],
    )
