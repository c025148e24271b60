"""Accounts and sessions: password and one-time code, making and disabling accounts, roles."""

import re
import secrets
from collections.abc import Iterable
from datetime import timedelta

import pyotp
import sqlalchemy as sa
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from flask_babel import gettext

from portal import clock
from portal.access import Role
from portal.db import db
from portal.people.models import Community, RoleGrant, SignIn, User
from portal.secret import new_token, token_hash
from portal.timeline import Actor, audit, record

SESSION_LENGTH = timedelta(hours=12)
CODE_SECONDS = 30
PASSWORD_LENGTH = 10
LOGIN = re.compile(r"[A-Za-z][A-Za-z0-9._-]{1,59}$")
_hasher = PasswordHasher()
_NOBODY = _hasher.hash(secrets.token_hex(16))  # an unknown login costs the same time as a known one


def check_password(login: str, password: str) -> User | None:
    """The account, if it is live and the password is its own."""
    user = db.session.scalar(sa.select(User).where(User.login == login.strip().lower()))
    try:
        _hasher.verify(user.password_hash if user and user.password_hash else _NOBODY, password)
    except (VerifyMismatchError, InvalidHashError):
        return None
    return user if user and user.password_hash and not user.disabled_at else None


def known_login(login: str) -> str | None:
    """The login as its account has it; None where no account has it: what people type there may be anything."""
    return db.session.scalar(sa.select(User.login).where(User.login == login.strip().lower()))


def check_code(user: User, code: str, secret: str | None = None) -> bool:
    """Whether the one-time code is right now (one step of 30 s before or after is taken); each code is good once:
    the row is held, so that of two who send it at the same moment one is refused. `secret`: of an authenticator that
    is being set up; the account's own goes first."""
    db.session.refresh(user, ["totp_secret", "totp_last_step"], with_for_update=True)
    totp, now = pyotp.TOTP(user.totp_secret or secret or pyotp.random_base32()), clock.now()
    step_now = int(now.timestamp()) // CODE_SECONDS
    for step in (step_now, step_now - 1, step_now + 1):
        right = secrets.compare_digest(totp.at(step * CODE_SECONDS).encode(), code.encode())
        if right and step > (user.totp_last_step or 0):
            user.totp_last_step = step
            return True
    return False


def set_up_code(user: User, secret: str) -> None:
    """Keep the secret of the person's authenticator, once a code from it was right."""
    user.totp_secret = secret
    record(user, "code_set_up", user.actor)


def sign_in(user: User, device: str | None) -> str:
    """Begin a session; returns its token, of which only the hash is kept."""
    token, now = new_token(), clock.now()
    places = communities_of(user)
    last = db.session.scalar(
        sa.select(SignIn.community_id).where(SignIn.user_id == user.id).order_by(SignIn.id.desc()).limit(1)
    )
    chosen = next((place for place in places if place.id == last), places[0] if places else None)
    db.session.add(
        SignIn(
            user_id=user.id,
            community_id=chosen.id if chosen else None,
            token_hash=token_hash(token),
            made_at=now,
            ends_at=now + SESSION_LENGTH,
            device=(device or "")[:200],
        )
    )
    audit("signed_in", user.actor, community_id=chosen.id if chosen else None)
    return token


def end_sessions(user: User, but: SignIn | None = None) -> None:
    """End every session of the person, but for one."""
    query = sa.update(SignIn).where(SignIn.user_id == user.id, SignIn.ended_at.is_(None))
    if but is not None:
        query = query.where(SignIn.id != but.id)
    db.session.execute(query.values(ended_at=clock.now()))


def communities_of(user: User) -> list[Community]:
    """The communities in which the person holds a role, by name."""
    ids = [grant.community_id for grant in user.grants if grant.community_id]
    query = sa.select(Community).order_by(Community.name)
    if any(grant.community_id is None for grant in user.grants):
        return list(db.session.scalars(query.where(Community.company_id == user.company_id)))
    return list(db.session.scalars(query.where(Community.id.in_(ids))))


def weakness(password: str, user: User) -> str | None:
    """Why the password will not do, in the reader's language; None where it will."""
    if len(password) < PASSWORD_LENGTH:
        return gettext("密码至少 %(count)s 个字符。", count=PASSWORD_LENGTH)
    if len(set(password)) < 5 or user.login in password.lower():
        return gettext("这个密码太容易猜到，请换一个。")
    return None


def set_password(
    user: User, password: str, actor: Actor, *, temporary: bool = False, but: SignIn | None = None
) -> None:
    """A new password; every other session of the person ends."""
    user.password_hash = _hasher.hash(password)
    user.must_change_password = temporary
    end_sessions(user, but)
    record(user, "password_set", actor)


def create(company_id: int, login: str, name: str, actor: Actor, **details: str | None) -> User:
    """A new account, without a password yet."""
    user = User(company_id=company_id, login=login.strip().lower(), name=name, **details)
    db.session.add(user)
    db.session.flush()
    record(user, "account_made", actor, became=user.login)
    return user


def give_temporary_password(user: User, actor: Actor) -> str:
    """A random password, shown once and changed at the next sign-in."""
    password = secrets.token_urlsafe(9)
    set_password(user, password, actor, temporary=True)
    return password


def reset_code(user: User, actor: Actor, reason: str) -> None:
    """Forget the person's authenticator (a lost phone): the next sign-in sets up a new one."""
    user.totp_secret = None
    end_sessions(user)
    record(user, "code_reset", actor, reason=reason)


def disable(user: User, actor: Actor, reason: str) -> None:
    """No more sign-in; live sessions end at once. The account stays, for the history that names it."""
    user.disabled_at = clock.now()
    end_sessions(user)
    record(user, "disabled", actor, reason=reason)


def enable(user: User, actor: Actor, reason: str) -> None:
    user.disabled_at = None
    record(user, "enabled", actor, reason=reason)


def set_roles(user: User, community: Community, roles: Iterable[Role], actor: Actor) -> None:
    """The roles of the person in that community become these; roles elsewhere stay."""
    wanted, held = set(roles), {Role(g.role): g for g in user.grants if g.community_id == community.id}
    for role in sorted(set(held) - wanted):
        user.grants.remove(held[role])
    for role in sorted(wanted - set(held)):
        user.grants.append(RoleGrant(community_id=community.id, role=role))
    if wanted != set(held):
        record(user, "roles_set", actor, was=", ".join(sorted(held)), became=", ".join(sorted(wanted)))
