"""Attacks on signing in: the same code twice at once, half a sign-in kept, what is written down about a refusal."""

import contextvars
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pyotp
import pytest
import sqlalchemy as sa
from flask import Flask

from portal import clock
from portal.db import db
from portal.people import accounts
from portal.people.models import SignIn, User
from portal.timeline import AuditEntry
from tests.cast import Cast
from tests.client import Client

PASSWORD = "three plain words"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
HANDS = 6


@pytest.fixture
def manager(cast: Cast) -> User:
    user = cast["manager"]
    accounts.set_password(user, PASSWORD, user.actor)
    user.totp_secret = SECRET
    db.session.commit()
    return user


def half_way(client: Any) -> Any:
    """The client after the right password."""
    answer = client.send("/sign-in", {"login": "manager", "password": PASSWORD})
    assert answer.status_code == 303
    return client


def test_one_code_pressed_by_six_at_once_opens_one_session(app: Flask, manager: User) -> None:
    """Who looks over a shoulder and is as fast as the person gets nothing: a code is good once (trust)."""
    clients = [half_way(app.test_client()) for _ in range(HANDS)]
    code = pyotp.TOTP(SECRET).at(clock.now())
    posts = [{"code": code, "csrf_token": client.csrf_token()} for client in clients]
    db.session.commit()
    db.session.remove()
    start = Barrier(HANDS)

    def press(number: int) -> int:
        start.wait()
        done: Any = contextvars.Context().run(clients[number].post, "/sign-in/code", data=posts[number])
        return int(done.status_code)

    with ThreadPoolExecutor(HANDS) as pool:
        statuses = sorted(pool.map(press, range(HANDS)))
    assert statuses == [303] + [422] * (HANDS - 1)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(SignIn)) == 1


def test_a_code_in_full_width_digits_is_a_code(client: Client, manager: User) -> None:
    """A Chinese keyboard types １２３; an odd digit is refused beside the field and breaks nothing."""
    half_way(client)
    page = client.submit("/sign-in/code", {"code": "٠١٢٣٤٥"}, 422)
    assert page.select_one("#code-error")
    wide = pyotp.TOTP(SECRET).at(clock.now()).translate({48 + digit: 0xFF10 + digit for digit in range(10)})
    assert client.send("/sign-in/code", {"code": wide}).status_code == 303


def test_half_a_sign_in_ends_with_the_password_it_was_given_with(client: Client, manager: User) -> None:
    half_way(client)
    accounts.set_password(manager, PASSWORD + "!", manager.actor)
    answer = client.send("/sign-in/code", {"code": pyotp.TOTP(SECRET).at(clock.now())})
    assert answer.location.endswith("/sign-in")
    assert db.session.scalar(sa.select(SignIn)) is None


def test_signing_in_again_ends_the_session_of_before(client: Client, manager: User) -> None:
    client.sign_in(manager)
    half_way(client)
    assert db.session.scalars(sa.select(SignIn)).one().ended_at


def test_a_wrong_code_is_on_record(client: Client, manager: User) -> None:
    half_way(client)
    client.submit("/sign-in/code", {"code": "000000"}, 422)
    entry = db.session.scalar(sa.select(AuditEntry).where(AuditEntry.act == "code_refused"))
    assert entry is not None and entry.actor_id == manager.id


def test_what_was_typed_for_a_login_is_not_kept_or_logged(
    client: Client, manager: User, caplog: pytest.LogCaptureFixture
) -> None:
    """People type their number or even their password there; only an account's own login is written down."""
    with caplog.at_level("DEBUG"):
        client.submit("/sign-in", {"login": "13800135678", "password": "x"}, 422)
        client.submit("/sign-in", {"login": "my secret word\n", "password": "x"}, 422)
        client.submit("/sign-in", {"login": "Manager", "password": "x"}, 422)
    kept = list(db.session.scalars(sa.select(AuditEntry.actor_name).where(AuditEntry.act == "sign_in_refused")))
    assert len(kept) == 3 and kept[2] == "manager"
    for typed in ("13800135678", "my secret word"):
        assert typed not in caplog.text
        assert not any(typed in name for name in kept)
