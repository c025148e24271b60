"""What a household tells about a visitor it expects, and what staff choose for its link."""

from datetime import datetime, timedelta
from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import DateField, HiddenField, IntegerField, RadioField, StringField, TelField, TimeField, ValidationError
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional

from portal import clock
from portal.secret import new_token
from portal.visitors.forms import fields
from portal.visitors.kinds import KINDS
from portal.visitors.operations.registering import Told

LONGEST_DAYS = 31
FARTHEST = timedelta(days=60)
MANY = 99  # entries of a pass that lets in as often as needed
FIRST_KEY = 16


class OneTimeForm(FlaskForm):
    """A form that is one act however often it is sent: `key` is made with the page and kept with what came of it."""

    key = HiddenField()

    def __init__(self, **defaults: Any) -> None:
        super().__init__(**defaults)
        if not self.key.data:
            self.key.data = new_token()

    def validate_key(self, field: Any) -> None:
        if not FIRST_KEY <= len(field.data or "") <= 64:
            raise ValidationError(_("这一页放得太久了，请刷新后再填。"))


class BookForm(OneTimeForm):
    """A visit that a household expects."""

    kind = RadioField(_("来的是"), [DataRequired(_("请选一种。"))])
    name = StringField(
        _("访客称呼"),
        [DataRequired(_("请填写访客的称呼，例：李先生。")), Length(max=40)],
        filters=[fields.half_width],
    )
    phone = TelField(
        _("访客手机"), [fields.phone], filters=[fields.bare], description=_("填了以后，访客离开时可凭后四位签离。")
    )
    day = DateField(_("哪一天来"), [InputRequired(_("请选日期。"))])
    from_time = TimeField(_("最早"), [InputRequired(_("请选时间。"))])
    to_time = TimeField(_("最晚离开"), [InputRequired(_("请选时间。"))])
    days = IntegerField(
        _("连续几天有效"), [InputRequired(_("请填 1 到 31。")), NumberRange(1, LONGEST_DAYS, _("请填 1 到 31。"))]
    )
    entries = RadioField(
        _("可以进入"),
        [DataRequired()],
        choices=[SelectChoice("1", _("一次")), SelectChoice("many", _("多次，随进随出"))],
        default="1",
    )
    people = IntegerField(
        _("一共几位"), [InputRequired(_("请填人数。")), NumberRange(1, 50, _("人数在 1 到 50 之间。"))], default=1
    )
    plate = StringField(_("车牌"), [fields.plate, Length(max=10)], filters=[fields.bare])
    purpose = RadioField(_("事由"), [Optional()], validate_choice=False)

    def __init__(self, **defaults: Any) -> None:
        now = clock.local(clock.now())
        hour = now.replace(minute=0, second=0, microsecond=0)
        later = min(hour + timedelta(hours=4), hour.replace(hour=23, minute=30))
        defaults = {"day": now.date(), "from_time": hour.time(), "to_time": later.time(), "days": 1} | defaults
        super().__init__(data=defaults)
        self.kind.choices = [SelectChoice(kind.key, kind.name) for kind in KINDS.values() if kind.booked]

    def validate_day(self, field: Any) -> None:
        today = clock.local(clock.now()).date()
        if field.data and not today <= field.data <= today + FARTHEST:
            raise ValidationError(_("请选今天到 60 天内的日期。"))

    def validate_to_time(self, field: Any) -> None:
        if field.data and self.from_time.data and self.day.data and self.days.data:
            starts_at, ends_at = self.window()
            if ends_at <= starts_at:
                raise ValidationError(_("离开时间要晚于最早时间。"))
            if ends_at <= clock.now():
                raise ValidationError(_("这个时间已经过去了，请改晚一些。"))

    def window(self) -> tuple[datetime, datetime]:
        last = self.day.data + timedelta(days=min(self.days.data, LONGEST_DAYS) - 1)
        return (
            datetime.combine(self.day.data, self.from_time.data, clock.CHINA),
            datetime.combine(last, self.to_time.data, clock.CHINA),
        )

    def told(self, unit_id: int | None, household_id: int) -> Told:
        starts_at, ends_at = self.window()
        return Told(
            kind=self.kind.data,
            unit_id=unit_id,
            household_id=household_id,
            name=self.name.data,
            phone=self.phone.data or None,
            purpose=self.purpose.data if self.purpose.data in KINDS[self.kind.data].purposes else None,
            people=self.people.data,
            plate=self.plate.data or None,
            starts_at=starts_at,
            ends_at=ends_at,
            entries_allowed=1 if self.entries.data == "1" else MANY,
        )


class LinkForm(OneTimeForm):
    """How long a household's link lasts, and whether it goes out by e-mail."""

    lasts = RadioField(
        _("有效期"),
        [DataRequired()],
        choices=[SelectChoice("30", _("30 天")), SelectChoice("90", _("90 天")), SelectChoice("365", _("1 年"))],
        default="90",
    )
    way = RadioField(
        _("怎样交给住户"),
        [DataRequired()],
        choices=[SelectChoice("mail", _("发到住户登记的邮箱")), SelectChoice("show", _("当面出示，住户用手机扫码"))],
        default="mail",
    )
    reason = StringField(_("原因"), [DataRequired(_("请写明原因，例：业主来前台申请。")), Length(max=200)])
