"""Signing in, as trust.md asks: password and one-time code, sessions that can be revoked, limits."""

from datetime import timedelta
from typing import Any

import pyotp
import pytest
import sqlalchemy as sa
import time_machine

from portal import clock
from portal.db import db
from portal.people import accounts
from portal.people.models import SignIn, User
from portal.timeline import AuditEntry, TimelineEntry
from tests.cast import Cast
from tests.client import Client

PASSWORD = "three plain words"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


@pytest.fixture
def manager(cast: Cast) -> User:
    user = cast["manager"]
    accounts.set_password(user, PASSWORD, user.actor)
    user.totp_secret = SECRET
    db.session.commit()
    return user


def code(at: Any = None) -> str:
    return pyotp.TOTP(SECRET).at(at or clock.now())


def give_password(client: Client, password: str = PASSWORD, status: int = 200, **more: str) -> Any:
    return client.submit("/sign-in", {"login": "manager", "password": password, **more}, status)


def test_password_and_code_open_the_session(client: Client, manager: User) -> None:
    page = give_password(client)
    assert "验证器" in page.get_text()
    answer = client.send("/sign-in/code", {"code": code()})
    assert answer.status_code == 303
    assert client.page("/account").h1.get_text().startswith("周敏")


def test_a_wrong_password_says_so_beside_the_field_and_keeps_the_login(client: Client, manager: User) -> None:
    page = give_password(client, "not that", 422)
    assert "账号或密码不对" in page.select_one("#password-error").get_text()
    assert page.select_one("#login")["value"] == "manager"
    assert not page.select_one("#password").get("value")
    assert db.session.scalar(sa.select(AuditEntry.act).where(AuditEntry.act == "sign_in_refused"))


def test_an_unknown_login_gets_the_same_words(client: Client, manager: User) -> None:
    page = client.submit("/sign-in", {"login": "nobody", "password": PASSWORD}, 422)
    assert "账号或密码不对" in page.select_one("#password-error").get_text()


def test_the_code_alone_opens_nothing(client: Client, manager: User) -> None:
    answer = client.send("/sign-in/code", {"code": code()})
    assert answer.location.endswith("/sign-in")
    assert client.get("/account").status_code == 302


def test_a_code_is_good_once(app: Any, client: Client, manager: User) -> None:
    give_password(client)
    now = code()
    client.send("/sign-in/code", {"code": now})
    second = app.test_client()
    give_password(second)
    assert "已经用过" in second.submit("/sign-in/code", {"code": now}, 422).select_one("#code-error").get_text()


def test_the_first_sign_in_sets_up_the_authenticator(client: Client, manager: User) -> None:
    manager.totp_secret = None
    db.session.commit()
    page = give_password(client)
    secret = page.select_one("code").get_text()
    assert page.select_one("svg.qr")
    client.submit("/sign-in/code", {"code": "000000"}, 422)
    assert manager.totp_secret is None
    client.send("/sign-in/code", {"code": pyotp.TOTP(secret).at(clock.now())})
    assert manager.totp_secret == secret


def test_signing_out_ends_the_session_on_the_server(client: Client, manager: User) -> None:
    client.sign_in(manager)
    with client.session_transaction() as session:
        token = session["sign_in"]
    client.send("/sign-out")
    with client.session_transaction() as session:
        session["sign_in"] = token
    assert client.get("/account").status_code == 302


@pytest.mark.parametrize("event", ["disable", "password", "expiry"])
def test_a_session_dies_with_the_account_the_password_or_the_day(client: Client, manager: User, event: str) -> None:
    client.sign_in(manager)
    assert client.get("/account").status_code == 200
    moved = timedelta()
    if event == "disable":
        accounts.disable(manager, manager.actor, "离职")
    elif event == "password":
        accounts.set_password(manager, PASSWORD + "!", manager.actor)
    else:
        moved = timedelta(hours=13)
    db.session.commit()
    with time_machine.travel(clock.now() + moved):
        assert client.get("/account").status_code == 302


def test_changing_the_password_keeps_this_session_and_ends_the_others(app: Any, client: Client, manager: User) -> None:
    other = app.test_client()
    for browser in (client, other):
        browser.sign_in(manager)
    page = client.submit("/account/password", {"old": PASSWORD, "new": "four more plain words", "again": "x"}, 422)
    assert "不一样" in page.select_one("#again-error").get_text()
    client.submit("/account/password", {"old": PASSWORD, "new": "短", "again": "短"}, 422)
    new = "four more plain words"
    assert "新密码已生效" in client.submit("/account/password", {"old": PASSWORD, "new": new, "again": new}).get_text()
    assert client.get("/account").status_code == 200
    assert other.get("/account").status_code == 302
    assert accounts.check_password("manager", new)


def test_a_temporary_password_opens_only_the_page_that_changes_it(client: Client, manager: User) -> None:
    accounts.give_temporary_password(manager, manager.actor)
    client.sign_in(manager)
    db.session.commit()
    assert client.get("/home").location.endswith("/account")
    assert "临时密码" in client.page("/account").get_text()


def test_guessing_is_slowed_down(client: Client, manager: User) -> None:
    for _ in range(10):
        give_password(client, "guess", 422)
    page = give_password(client, PASSWORD, 429)
    assert page.h1
    with time_machine.travel(clock.now() + timedelta(minutes=16), tick=True):
        client.application.extensions["redis"].flushdb()
        give_password(client)


@pytest.mark.parametrize("evil", ["https://evil.example", "//evil.example", "/\\evil.example"])
def test_the_way_on_stays_on_this_site(client: Client, manager: User, evil: str) -> None:
    give_password(client, next=evil)
    location = client.send("/sign-in/code", {"code": code()}).location
    assert "evil" not in location


def test_half_a_sign_in_lapses_after_ten_minutes(client: Client, manager: User) -> None:
    give_password(client)
    with time_machine.travel(clock.now() + timedelta(minutes=11)):
        assert client.get("/sign-in/code").location.endswith("/sign-in")


def test_the_numbers_of_sessions_and_secrets_are_not_stored_in_the_clear(client: Client, manager: User) -> None:
    give_password(client)
    client.send("/sign-in/code", {"code": code()})
    with client.session_transaction() as session:
        token = session["sign_in"]
    row = db.session.scalar(sa.select(SignIn))
    assert row is not None and row.token_hash != token
    raw = db.session.scalar(sa.text("SELECT totp_secret FROM \"user\" WHERE login = 'manager'"))
    assert SECRET.encode() not in bytes(raw)


def test_language_is_chosen_on_any_screen_and_kept_with_the_account(client: Client, manager: User) -> None:
    client.send("/language", {"language": "en", "next": "/sign-in"})
    assert client.page("/sign-in").html["lang"] == "en"
    client.sign_in(manager)
    client.send("/language", {"language": "zh"})
    assert manager.language == "zh"
    assert client.send("/language", {"language": "tlh"}).status_code == 400


@pytest.mark.parametrize(
    ("where", "onward"),
    [("/people/?q=1", "/people/?q=1"), ("/cases/7/plan", "/cases/7"), ("/desk", "/desk"), ("/x", "/")],
)
def test_another_language_opens_the_page_or_the_one_above(client: Client, where: str, onward: str) -> None:
    """A form that came back with errors stands under an address that only takes posts."""
    assert client.send("/language", {"language": "en", "next": where}).location == onward


def test_administrator_keeps_accounts(signed_in: Any, cast: Cast) -> None:
    admin = signed_in("administrator")
    page = admin.submit(
        "/staff",
        {"login": "dingshifu", "name": "丁师傅", "title": "工程", "roles": ["technician"], "email": "bad"},
        422,
    )
    assert page.select_one("#email-error") and page.select_one("#name")["value"] == "丁师傅"
    made = admin.submit("/staff", {"login": "DingShifu", "name": "丁师傅", "roles": ["technician"]})
    password = made.select_one("code.once").get_text()
    assert accounts.check_password("dingshifu", password)
    user = db.session.scalar(sa.select(User).where(User.login == "dingshifu"))
    assert user is not None and user.must_change_password
    assert admin.submit("/staff", {"login": "dingshifu", "name": "另一位"}, 422).select_one("#login-error")
    admin.submit(f"/staff/{user.id}/roles", {"roles": ["guard", "technician"]})
    assert {grant.role for grant in user.grants} == {"guard", "technician"}
    admin.submit(f"/staff/{user.id}/disable", {"reason": ""}, 422)
    admin.submit(f"/staff/{user.id}/disable", {"reason": "离职"})
    assert user.disabled_at and accounts.check_password("dingshifu", password) is None
    verbs = set(db.session.scalars(sa.select(TimelineEntry.verb).where(TimelineEntry.subject_id == user.id)))
    assert {"account_made", "roles_set", "disabled"} <= verbs
    admin.page(f"/staff/{user.id}")
    admin.page(f"/staff/{cast.outsider.id}", 404)


def test_who_may_not_keep_accounts_is_refused_and_the_refusal_kept(signed_in: Any, cast: Cast) -> None:
    assert signed_in("receptionist").get("/staff").status_code == 403
    row = db.session.scalar(sa.select(AuditEntry).where(AuditEntry.act == "refused"))
    assert row is not None and row.actor_id == cast["receptionist"].id and row.reason == "staff"


def test_switching_to_an_estate_of_ones_own_only(signed_in: Any, cast: Cast) -> None:
    manager = signed_in("manager")
    assert manager.send("/community", {"community_id": cast.other_community.id}).status_code == 404
    assert manager.send("/community", {"community_id": cast.community.id}).status_code == 303


def test_after_the_first_password_of_ones_own_the_way_leads_on(client: Client, manager: User) -> None:
    """A newcomer with a temporary password is not left on the account page."""
    new = "four more plain words"
    temporary = accounts.give_temporary_password(manager, manager.actor)
    db.session.commit()
    client.sign_in(manager)
    answer = client.send("/account/password", {"old": temporary, "new": new, "again": new})
    assert answer.location == "/home"


def test_an_account_keeps_a_role(signed_in: Any, cast: Cast) -> None:
    """Without a role nobody could find the account again: it is disabled instead, with a reason."""
    admin = signed_in("administrator")
    admin.submit("/staff", {"login": "norole", "name": "无角色"}, 422)
    assert db.session.scalar(sa.select(User).where(User.login == "norole")) is None
    technician = cast["technician"]
    page = admin.submit(f"/staff/{technician.id}/roles", {"roles": []}, 422)
    assert "不再使用的账号请停用" in page.get_text()
    assert technician.grants


def test_an_administrator_does_not_lock_the_estate_out(signed_in: Any, cast: Cast) -> None:
    """Nobody takes the administrator's role or the account from themselves: another administrator does."""
    admin, me = signed_in("administrator"), cast["administrator"]
    page = admin.submit(f"/staff/{me.id}/roles", {"roles": ["manager"]}, 422)
    assert "另一位" in page.get_text()
    page = admin.submit(f"/staff/{me.id}/disable", {"reason": "离职"}, 422)
    assert "另一位" in page.get_text()
    assert me.disabled_at is None and me.roles_in(cast.community) == {"administrator"}
