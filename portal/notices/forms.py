"""What staff type about a notice."""

from datetime import datetime
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import BooleanField, DateTimeLocalField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length, Optional, ValidationError

from portal import clock
from portal.notices.models import Category, Matter, State
from portal.notices.operations import ends_before_start

CATEGORIES = {
    Category.GENERAL: _("通知"),
    Category.OUTAGE: _("停水停电"),
    Category.WORKS: _("维修保养"),
    Category.SAFETY: _("安全提示"),
    Category.ACCOUNTS: _("收支公布"),
    Category.COMPLAINTS: _("投诉处理公布"),
    Category.EVENT: _("社区活动"),
}
STATES = {
    State.DRAFT: _("草稿"),
    "waiting": _("待上墙"),
    State.PUBLISHED: _("公示中"),
    State.SUPERSEDED: _("已更正"),
    State.EXPIRED: _("已到期"),
}
MATTERS = {
    Matter.LICENCE: _("营业执照"),
    Matter.CONTRACT: _("服务合同"),
    Matter.SERVICES: _("服务项目"),
    Matter.PRICES: _("收费标准"),
}
PICTURES = {
    Category.GENERAL: "notice",
    Category.OUTAGE: "power",
    Category.WORKS: "repair",
    Category.SAFETY: "safety",
    Category.ACCOUNTS: "list",
    Category.COMPLAINTS: "complaint",
    Category.EVENT: "calendar",
    Matter.LICENCE: "safety",
    Matter.CONTRACT: "edit",
    Matter.SERVICES: "list",
    Matter.PRICES: "notice",
}


def strip(text: str | None) -> str:
    return (text or "").strip()


class EstateTimeField(DateTimeLocalField):  # type: ignore[misc]
    """A moment as the estate's clock shows it; `data` is an aware datetime or None."""

    data: Any

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, format="%Y-%m-%dT%H:%M", **kwargs)

    def process_data(self, value: datetime | None) -> None:
        super().process_data(clock.local(value) if value else None)

    def process_formdata(self, valuelist: list[str]) -> None:
        super().process_formdata(valuelist)
        if self.data is not None:
            self.data = self.data.replace(tzinfo=clock.CHINA)


class NoticeForm(FlaskForm):
    category = SelectField(_("类别"), choices=list(CATEGORIES.items()))
    title = StringField(
        _("标题"), [DataRequired(_("请写标题，例：11月25日 9:00 起停水 3 小时。")), Length(max=120)], filters=[strip]
    )
    body = TextAreaField(
        _("正文"), [DataRequired(_("请写正文：什么事、何时、哪里、请住户怎么做。")), Length(max=8000)], filters=[strip]
    )
    title_en = StringField(_("英文标题"), [Length(max=200)], filters=[strip])
    body_en = TextAreaField(_("英文正文"), [Length(max=8000)], filters=[strip])
    pinned = BooleanField(_("置顶"))
    starts_at = EstateTimeField(_("开始公示"), [Optional()], description=_("不填就是发布时立即上墙"))
    ends_at = EstateTimeField(_("公示到"), [Optional()], description=_("不填就一直公示，直到您撤下"))

    @property
    def values(self) -> dict[str, Any]:
        return {name: value for name, value in self.data.items() if name not in ("csrf_token", "correction")}

    def validate_ends_at(self, field: Any) -> None:
        if ends_before_start(self.starts_at.data, field.data):
            raise ValidationError(gettext("结束时间要晚于开始时间，也要晚于现在。"))


class CorrectionForm(NoticeForm):
    correction = StringField(
        _("更正说明"),
        [DataRequired(_("请写明原公告哪里不对，例：停水时间由 9:00 改为 14:00。")), Length(max=300)],
        filters=[strip],
        description=_("会和更正后的公告一起显示，让看过旧公告的人一眼明白"),
    )


class EndForm(FlaskForm):
    reason = StringField(_("为什么撤下"), [DataRequired(_("请写明撤下的原因。")), Length(max=200)], filters=[strip])


class DisclosureForm(FlaskForm):
    text = TextAreaField(_("公示内容"), [DataRequired(_("请写公示内容。")), Length(max=20000)], filters=[strip])
    text_en = TextAreaField(_("英文内容"), [Length(max=20000)], filters=[strip])
