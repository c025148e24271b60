"""Signing in with password and one-time code; the person's own account; language and community at hand."""

from datetime import timedelta

import pyotp
import sqlalchemy as sa
from flask import abort, flash, render_template, request, session, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from portal import clock
from portal.access import public, signed_in
from portal.db import db
from portal.people import accounts
from portal.people.menu import first_for
from portal.people.models import SignIn, User
from portal.people.rights import current_sign_in, current_user
from portal.people.routes import area
from portal.people.sign_in_forms import ChangePasswordForm, CodeForm, PasswordForm
from portal.qr import svg
from portal.secret import blind_index, token_hash
from portal.timeline import Actor, audit
from portal.web import LANGUAGES, go, go_to, inside, limiter, readable

HALF_WAY = timedelta(minutes=10)  # from the right password to the right code
NOBODY = "—"  # a refused sign-in without an account: what was typed may be a number or a password
Page = str | tuple[str, int] | Response


def _login_typed() -> str:
    """By which guesses at one login are counted: hashed, since people type their number there too."""
    return f"sign-in:{blind_index('login', request.form.get('login', '').strip().lower())}"


def _refused(response: Response) -> bool:
    return response.status_code == 422


@area.get("/sign-in")
@public
def sign_in() -> Page:
    return render_template("people/sign_in.html", form=PasswordForm(), next=inside(request.args.get("next"), ""))


@area.post("/sign-in")
@public
@limiter.limit("30/minute")
@limiter.limit("10/15 minutes", key_func=_login_typed, deduct_when=_refused)
def sign_in_password() -> Page:
    form, onward = PasswordForm(), inside(request.form.get("next"), "")
    user = accounts.check_password(form.login.data, form.password.data) if form.validate_on_submit() else None
    if user is None:
        if not form.errors:
            form.password.errors = [gettext("账号或密码不对，请再试一次；忘记密码请找系统管理员。")]
            audit("sign_in_refused", Actor(accounts.known_login(form.login.data) or NOBODY))
            db.session.commit()
        return render_template("people/sign_in.html", form=form, next=onward), 422
    _end_this_session()
    language = session.get("language")
    session.clear()
    session.update(half=user.id, half_of=_seal(user), half_at=clock.now().timestamp(), next=onward)
    if language:
        session["language"] = language
    if not user.totp_secret:
        session["secret"] = pyotp.random_base32()
    db.session.commit()
    return go("people.sign_in_code")


def _end_this_session() -> None:
    row = current_sign_in()
    if row is not None:
        row.ended_at = clock.now()


def _seal(user: User) -> str:
    """What changes with the password: half a sign-in ends with the password that it was begun with."""
    return token_hash(user.password_hash or "")


def _half_way() -> User | None:
    """Who has given the right password in this browser within ten minutes."""
    if clock.now().timestamp() - session.get("half_at", 0) > HALF_WAY.total_seconds():
        return None
    user = db.session.get(User, session.get("half", 0))
    return user if user and not user.disabled_at and _seal(user) == session.get("half_of") else None


@area.get("/sign-in/code")
@public
def sign_in_code() -> Page:
    user = _half_way()
    return _code_page(user, CodeForm()) if user else go("people.sign_in")


@area.post("/sign-in/code")
@public
@limiter.limit("10/minute")
@limiter.limit("10/15 minutes", key_func=lambda: f"code:{session.get('half')}", deduct_when=_refused)
def sign_in_check_code() -> Page:
    user, form = _half_way(), CodeForm()
    if user is None:
        return go("people.sign_in")
    secret = session.get("secret")
    if not form.validate_on_submit() or not accounts.check_code(user, form.code.data, secret):
        if not form.errors:
            form.code.errors = [gettext("动态验证码不对或已经用过，请等下一个再试。")]
            audit("code_refused", user.actor)
            db.session.commit()
        return _code_page(user, form), 422
    if secret and not user.totp_secret:
        accounts.set_up_code(user, secret)
    token = accounts.sign_in(user, request.user_agent.string)
    db.session.commit()
    onward, language = session.get("next", ""), session.get("language", user.language)
    session.clear()
    session.update(sign_in=token, language=language)
    return go_to(onward or url_for("people.first_page"))


def _code_page(user: User, form: CodeForm) -> str:
    secret = None if user.totp_secret else session.get("secret")
    address = pyotp.TOTP(secret).provisioning_uri(name=user.login, issuer_name="迎候 Yinghou") if secret else None
    return render_template("people/sign_in_code.html", form=form, secret=secret, qr=svg(address) if address else None)


@area.get("/")
@public
def first_page() -> Response:
    """Where each kind of person begins."""
    if current_sign_in() is None:
        return go("people.sign_in")
    return go("people.home")


@area.get("/home")
@signed_in
def home() -> Page:
    endpoint = first_for()
    return go(endpoint) if endpoint else render_template("people/home.html")


@area.post("/sign-out")
@public
def sign_out() -> Response:
    _end_this_session()
    db.session.commit()
    session.clear()
    return go("people.sign_in")


@area.post("/language")
@public
def choose_language() -> Response:
    chosen = request.form.get("language")
    if chosen not in LANGUAGES:
        abort(400)
    session["language"] = chosen
    row = current_sign_in()
    if row is not None:
        row.user.language = chosen
        db.session.commit()
    return go_to(readable(inside(request.form.get("next"), url_for("people.first_page"))))


@area.post("/community")
@signed_in
def choose_community() -> Response:
    """Work in another of one's communities from here on."""
    row, wanted = current_sign_in(), request.form.get("community_id", type=int)
    place = next((place for place in accounts.communities_of(current_user()) if place.id == wanted), None)
    if row is None or place is None:
        abort(404)
    row.community_id = place.id
    db.session.commit()
    return go("people.home")


@area.get("/account")
@signed_in
def account() -> Page:
    return _account_page(ChangePasswordForm())


@area.post("/account/password")
@signed_in
@limiter.limit("10/minute")
def change_password() -> Page:
    user, form = current_user(), ChangePasswordForm()
    if not form.validate_on_submit():
        return _account_page(form), 422
    weakness = accounts.weakness(form.new.data, user)
    if accounts.check_password(user.login, form.old.data) is None:
        form.old.errors = [gettext("现在的密码不对。")]
    elif weakness:
        form.new.errors = [weakness]
    else:
        newcomer = user.must_change_password
        accounts.set_password(user, form.new.data, user.actor, but=current_sign_in())
        db.session.commit()
        flash(gettext("新密码已生效，您在别处的登录都已退出。"))
        return go("people.home" if newcomer else "people.account")
    return _account_page(form), 422


@area.post("/account/sessions/end")
@signed_in
def end_other_sessions() -> Response:
    accounts.end_sessions(current_user(), but=current_sign_in())
    db.session.commit()
    flash(gettext("您在别处的登录都已退出。"))
    return go("people.account")


def _account_page(form: ChangePasswordForm) -> str:
    live = sa.select(SignIn).where(
        SignIn.user_id == current_user().id, SignIn.ended_at.is_(None), SignIn.ends_at > clock.now()
    )
    rows = list(db.session.scalars(live.order_by(SignIn.made_at.desc())))
    return render_template("people/account.html", form=form, sessions=rows, this=current_sign_in())
