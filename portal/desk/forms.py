"""What managers set about the desk."""

from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import SelectField, StringField, TimeField
from wtforms.validators import DataRequired, InputRequired, Length, Regexp

from portal.desk.models import Group

GROUPS = {Group.ENVIRONMENT: _("环境"), Group.PEOPLE: _("人员"), Group.MATERIALS: _("物料")}
PHONE = Regexp(r"[0-9+\-() 转ext.]{5,40}$|$", message=_("电话只写数字、空格和横线，例：0755-8888 1234。"))


def strip(text: str | None) -> str:
    return (text or "").strip()


class SettingsForm(FlaskForm):
    desk_opens = TimeField(_("开门"), [InputRequired(_("请写开门时间，例：08:00。"))])
    desk_closes = TimeField(_("关门"), [InputRequired(_("请写关门时间，例：20:00。"))])
    reason = StringField(_("少于标准的原因"), [Length(max=200)], filters=[strip])
    phone_24h = StringField(
        _("24 小时电话"),
        [DataRequired(_("请写 24 小时电话，关门后住户靠它找到人。")), PHONE],
        filters=[strip],
        description=_("显示在大堂终端、公告栏和每一张回执上"),
    )
    complaint_phone = StringField(
        _("投诉电话"), [PHONE], filters=[strip], description=_("全公司共用，公布在终端和公告栏")
    )

    def refuse(self, message: Any) -> None:
        """An error that only the operation can find, shown beside the reason."""
        self.reason.errors = [*self.reason.errors, message]


class ItemForm(FlaskForm):
    group = SelectField(_("分类"), choices=list(GROUPS.items()))
    text = StringField(_("检查什么"), [DataRequired(_("请写要检查什么。")), Length(max=120)], filters=[strip])
