"""What people type to sign in, and to keep their account."""

from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import EmailField, PasswordField, SelectMultipleField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Email, Length, Optional, Regexp, ValidationError

from portal.access import Role
from portal.people.accounts import LOGIN
from portal.people.numbers import to_half_width

ROLE_NAMES = {
    Role.GUARD: _("秩序员"),
    Role.RECEPTIONIST: _("前台客服"),
    Role.TECHNICIAN: _("维修技工"),
    Role.MANAGER: _("管理处经理"),
    Role.DIRECTOR: _("管理处主任"),
    Role.QUALITY: _("品质"),
    Role.FINANCE: _("财务"),
    Role.COMMITTEE_MEMBER: _("业委会委员"),
    Role.COMMITTEE_CHAIR: _("业委会主任"),
    Role.COMPANY: _("公司"),
    Role.ADMINISTRATOR: _("系统管理员"),
}


def _digits(value: str | None) -> str | None:
    return "".join(to_half_width(value or "").split()) or None


class PasswordForm(FlaskForm):
    login = StringField(_("账号"), [DataRequired(_("请输入账号。")), Length(max=60)])
    password = PasswordField(_("密码"), [DataRequired(_("请输入密码。")), Length(max=200)])


class CodeForm(FlaskForm):
    code = StringField(
        _("动态验证码"),
        [DataRequired(_("请输入 6 位动态验证码。")), Regexp(r"[0-9]{6}$", message=_("动态验证码是 6 位数字。"))],
        filters=[_digits],
    )


class ChangePasswordForm(FlaskForm):
    old = PasswordField(_("现在的密码"), [DataRequired(_("请输入现在的密码。"))])
    new = PasswordField(_("新密码"), [DataRequired(_("请输入新密码。")), Length(max=200)])
    again = PasswordField(_("再输一次新密码"), [DataRequired(_("请再输一次新密码。"))])

    def validate_again(self, field: Any) -> None:
        if field.data != self.new.data:
            raise ValidationError(_("两次输入的新密码不一样。"))


class AccountForm(FlaskForm):
    """A new account of staff or committee."""

    login = StringField(
        _("账号"),
        [
            DataRequired(_("请输入账号。")),
            Regexp(LOGIN, message=_("账号用字母开头，可含字母、数字、点和横线。")),
        ],
    )
    name = StringField(_("姓名"), [DataRequired(_("请输入姓名。")), Length(max=80)])
    title = StringField(_("岗位称呼"), [Length(max=60)])
    email = EmailField(_("邮箱"), [Optional(), Email(_("邮箱的写法不对，例：name@example.com。"))])
    roles = SelectMultipleField(
        _("角色"),
        [DataRequired(_("请至少选一个角色。"))],
        choices=[SelectChoice(str(role), name) for role, name in ROLE_NAMES.items()],
    )


class RolesForm(FlaskForm):
    roles = SelectMultipleField(_("角色"), choices=[SelectChoice(str(role), name) for role, name in ROLE_NAMES.items()])


class ReasonForm(FlaskForm):
    reason = StringField(_("原因"), [DataRequired(_("请写明原因。")), Length(max=200)])


ACCOUNT_VERBS = {
    "account_made": _("新建了账号"),
    "password_set": _("更换了密码"),
    "code_set_up": _("绑定了验证器"),
    "code_reset": _("解除了验证器绑定"),
    "roles_set": _("更改了角色"),
    "disabled": _("停用了账号"),
    "enabled": _("恢复了账号"),
}
