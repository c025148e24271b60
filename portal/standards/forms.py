"""What staff type about a standard or a day."""

from datetime import date
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import DateField, IntegerField, RadioField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional, ValidationError

from portal.standards.models import DayKind
from portal.standards.register import Standard

FIRST, LAST = date(2004, 1, 1), date(2100, 12, 31)  # days that the calendar keeps
WHY = _("请写明原因，以后的人会看到。")


def strip(text: str | None) -> str:
    return (text or "").strip()


class OverrideForm(FlaskForm):
    """The community's own number for one standard."""

    amount = IntegerField(_("本小区的标准"), [InputRequired(_("请输入一个整数。"))])
    lead = IntegerField(
        _("到时前多少分钟再提醒一次"),
        [Optional(), NumberRange(min=1, max=10_000, message=_("请输入 1 到 10000 分钟。"))],
    )
    reason = StringField(_("原因"), [DataRequired(WHY), Length(max=300)], filters=[strip])

    def __init__(self, standard: Standard, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.standard = standard

    def validate_amount(self, field: Any) -> None:
        if not 1 <= (field.data or 0) <= self.standard.largest:
            raise ValidationError(gettext("请输入 1 到 %(most)s 之间的整数。", most=self.standard.largest))


class WithdrawForm(FlaskForm):
    reason = StringField(_("恢复的原因"), [DataRequired(WHY), Length(max=300)], filters=[strip], id="withdraw-reason")


class DayForm(FlaskForm):
    """One day of the working calendar."""

    day = DateField(_("日期"), [InputRequired(_("请选一个日期，例：2026-10-10。"))])
    kind = RadioField(
        _("这一天"),
        [InputRequired(_("请选上班或放假。"))],
        choices=[SelectChoice(str(DayKind.WORKDAY), _("上班")), SelectChoice(str(DayKind.HOLIDAY), _("放假"))],
    )
    name = StringField(_("名称"), [DataRequired(_("请写出名称，例：国庆节调休。")), Length(max=60)], filters=[strip])
    reason = StringField(_("原因"), [DataRequired(WHY), Length(max=300)], filters=[strip])

    def validate_day(self, field: Any) -> None:
        if field.data and not FIRST <= field.data <= LAST:
            raise ValidationError(gettext("请选 2004 年到 2100 年之间的日期。"))
