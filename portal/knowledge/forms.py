"""What staff type about an answer."""

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length

from portal.knowledge.models import Category

CATEGORIES = {
    Category.ESTATE: _("小区概况"),
    Category.PRICES: _("收费标准"),
    Category.NEARBY: _("社区配套"),
    Category.PHONES: _("常用电话"),
    Category.ERRANDS: _("办事"),
}
PICTURES = {
    Category.ESTATE: "home",
    Category.PRICES: "list",
    Category.NEARBY: "guest",
    Category.PHONES: "phone",
    Category.ERRANDS: "edit",
}


def strip(text: str | None) -> str:
    return (text or "").strip()


class AnswerForm(FlaskForm):
    category = SelectField(_("类别"), choices=list(CATEGORIES.items()))
    question = StringField(
        _("问题"), [DataRequired(_("请写出住户会怎么问，例：装修押金多少？")), Length(max=120)], filters=[strip]
    )
    text = TextAreaField(_("回答"), [DataRequired(_("请写出核实过的回答。")), Length(max=3000)], filters=[strip])
    keywords = StringField(
        _("其他说法"),
        [Length(max=200)],
        filters=[strip],
        description=_("住户可能用的别的词，用空格隔开，例：装潢 保证金 退款"),
    )
    question_en = StringField(_("英文问题"), [Length(max=200)], filters=[strip])
    text_en = TextAreaField(_("英文回答"), [Length(max=3000)], filters=[strip])

    @property
    def values(self) -> dict[str, str]:
        return {name: str(self[name].data) for name in self.data if name != "csrf_token"}


class RetireForm(FlaskForm):
    reason = StringField(_("为什么停用"), [DataRequired(_("请写明停用的原因。")), Length(max=200)], filters=[strip])
