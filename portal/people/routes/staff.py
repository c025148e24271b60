"""Accounts and roles of the estate's staff and committee, kept by the administrator."""

import sqlalchemy as sa
from flask import abort, flash, render_template
from flask_babel import gettext
from werkzeug.wrappers import Response

from portal.access import Right, Role, needs
from portal.db import db
from portal.people import accounts
from portal.people.models import RoleGrant, User
from portal.people.rights import actor, current_community, current_user, refuse
from portal.people.routes import area
from portal.people.sign_in_forms import ACCOUNT_VERBS, ROLE_NAMES, AccountForm, ReasonForm, RolesForm
from portal.timeline import history
from portal.web import go

Page = str | tuple[str, int] | Response


def _staff_here() -> list[User]:
    """Everyone with a role in the community at hand, company roles included."""
    here = current_community()
    query = (
        sa.select(User)
        .where(
            User.grants.any(RoleGrant.community_id == here.id)
            | ((User.company_id == here.company_id) & User.grants.any(RoleGrant.community_id.is_(None)))
        )
        .order_by(User.disabled_at.is_not(None), User.name)
    )
    return list(db.session.scalars(query))


def _find(user_id: int) -> User:
    """An account of the community at hand; 404 for anyone else's."""
    user = db.session.get(User, user_id)
    here = current_community()
    if user is None or not any(grant.covers(here, user.company_id) for grant in user.grants):
        abort(404)
    return user


def _may_keep(user: User) -> bool:
    """Whether the account reaches no further than one's own right over accounts: who sets its password could sign in
    with it, in its other estates too."""
    me = current_user()
    return all(Right.STAFF in me.rights_in(place) for place in accounts.communities_of(user))


def _find_to_keep(user_id: int) -> User:
    user = _find(user_id)
    if not _may_keep(user):
        refuse(Right.STAFF, user)
    return user


@area.get("/staff")
@needs(Right.STAFF)
def staff() -> Page:
    return render_template(
        "people/staff.html", staff=_staff_here(), form=AccountForm(), role_names=ROLE_NAMES, here=current_community()
    )


@area.post("/staff")
@needs(Right.STAFF)
def make_account() -> Page:
    form, here = AccountForm(), current_community()
    taken = db.session.scalar(sa.select(User.id).where(User.login == (form.login.data or "").strip().lower()))
    if not form.validate_on_submit() or taken:
        if taken:
            form.login.errors = [gettext("这个账号已有人使用，请换一个。")]
        context = {"staff": _staff_here(), "form": form, "role_names": ROLE_NAMES, "here": here}
        return render_template("people/staff.html", **context), 422
    user = accounts.create(
        here.company_id, form.login.data, form.name.data, actor(), title=form.title.data, email=form.email.data or None
    )
    accounts.set_roles(user, here, [Role(name) for name in form.roles.data], actor())
    password = accounts.give_temporary_password(user, actor())
    db.session.commit()
    return render_template("people/account_made.html", user=user, password=password)


@area.get("/staff/<int:user_id>")
@needs(Right.STAFF)
def show_account(user_id: int) -> Page:
    user = _find(user_id)
    return _account_page(user, _held(user), ReasonForm())


def _held(user: User) -> RolesForm:
    """The form with the roles that the person holds in the community at hand."""
    here = current_community().id
    held = [str(role) for role in Role if any(g.role == role and g.community_id == here for g in user.grants)]
    return RolesForm(formdata=None, data={"roles": held})


def _unwise(user: User, roles: set[Role]) -> str | None:
    """Why these roles will not do: nobody could find the account again, or keep accounts at all."""
    here = current_community().id
    if not roles and all(grant.community_id == here for grant in user.grants):
        return gettext("请至少留一个角色；不再使用的账号请停用。")
    given_up = {grant.role for grant in user.grants if grant.community_id == here} - roles
    if user.id == current_user().id and Role.ADMINISTRATOR in given_up:
        return gettext("不能去掉自己的系统管理员角色，请另一位系统管理员来改。")
    return None


@area.post("/staff/<int:user_id>/roles")
@needs(Right.STAFF)
def set_roles(user_id: int) -> Page:
    user, form = _find(user_id), RolesForm()
    valid = form.validate_on_submit()
    wanted = {Role(name) for name in form.roles.data or ()} if valid else set()
    unwise = _unwise(user, wanted) if valid else None
    if unwise:
        form.roles.errors = [unwise]
    if not valid or unwise:
        return _account_page(user, form, ReasonForm()), 422
    accounts.set_roles(user, current_community(), wanted, actor())
    db.session.commit()
    flash(gettext("%(name)s 的角色已更新，下一次打开页面时生效。", name=user.name))
    return go("people.staff")


@area.post("/staff/<int:user_id>/password")
@needs(Right.STAFF)
def reset_password(user_id: int) -> Page:
    user = _find_to_keep(user_id)
    password = accounts.give_temporary_password(user, actor())
    db.session.commit()
    return render_template("people/account_made.html", user=user, password=password)


@area.post("/staff/<int:user_id>/<any(disable, enable, 'reset-code'):change>")
@needs(Right.STAFF)
def change_account(user_id: int, change: str) -> Page:
    """Disable, enable, or forget the authenticator of an account; each with a reason."""
    user, form = _find_to_keep(user_id), ReasonForm()
    valid, own = form.validate_on_submit(), user.id == current_user().id and change == "disable"
    if own:
        form.reason.errors = [gettext("不能停用自己的账号，请另一位系统管理员来办。")]
    if not valid or own:
        return _account_page(user, _held(user), form), 422
    verb = {"disable": accounts.disable, "enable": accounts.enable, "reset-code": accounts.reset_code}[change]
    verb(user, actor(), form.reason.data)
    db.session.commit()
    flash(gettext("%(name)s 的账号已更新，原因已记录。", name=user.name))
    return go("people.show_account", user_id=user.id)


def _account_page(user: User, roles: RolesForm, reason: ReasonForm) -> str:
    return render_template(
        "people/account_of.html",
        user=user,
        roles=roles,
        reason=reason,
        history=history(user),
        verbs=ACCOUNT_VERBS,
        may_keep=_may_keep(user),
    )
