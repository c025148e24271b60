"""The whole route table against the expectation kept in tests/expectations.py: every role, every method."""

import re
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from werkzeug.exceptions import HTTPException
from werkzeug.routing import Rule

from portal import create_app
from portal.access import Role
from portal.db import Base, db
from portal.people import guard
from portal.timeline import AuditEntry
from tests.cast import Cast
from tests.expectations import EXPECTED, KIOSK, LINK, PUBLIC, SIGNED_IN

SAMPLE = {"int": "1", "string": "x", "default": "x", "path": "x", "any": None}
OPEN = {PUBLIC, LINK}
STAFF = [str(role) for role in Role]


def _rules(app: Flask) -> list[Rule]:
    return [rule for rule in app.url_map.iter_rules() if rule.endpoint != "static"]


def _path(app: Flask, rule: Rule) -> str:
    values: dict[str, Any] = {}
    for name in rule.arguments:
        converter = rule._converters[name]
        choices = getattr(converter, "items", None)
        is_number = type(converter).__name__ == "IntegerConverter"
        values[name] = next(iter(choices)) if choices else 1 if is_number else "x"
    with app.test_request_context():
        return str(app.url_map.bind("localhost").build(rule.endpoint, values, method=next(iter(_methods(rule)))))


def _methods(rule: Rule) -> set[str]:
    return (rule.methods or set()) - {"HEAD", "OPTIONS"}


def test_every_route_is_listed_and_every_listed_route_exists(the_app: Flask) -> None:
    found = {rule.endpoint for rule in _rules(the_app)}
    assert found - set(EXPECTED) == set(), "routes without an expectation: decide who may use them"
    assert set(EXPECTED) - found == set(), "expectations without a route"


def test_paths_are_kebab_case_with_typed_parameters(the_app: Flask) -> None:
    for rule in _rules(the_app):
        literal = re.sub(r"<[^>]*>", "", rule.rule)
        assert re.fullmatch(r"[/a-z0-9.-]*", literal), rule.rule
        for parameter in re.findall(r"<([^>]*)>", rule.rule):
            assert ":" in parameter, f"{rule.rule}: say what kind of parameter {parameter} is"


def _answer_of_guard(app: Flask, path: str, method: str, cookie: str, session_token: str) -> str:
    """What the guard says: in, out (sent to sign in or to enrol), refused."""
    headers = {"Cookie": f"{app.config['KIOSK_COOKIE_NAME']}={cookie}"} if cookie else {}
    with app.test_request_context(path, method=method, headers=headers):
        from flask import session

        if session_token:
            session["sign_in"] = session_token
        try:
            answer = guard.check()
        except HTTPException as error:
            return "refused" if error.code == 403 else "out"
        return "in" if answer is None else "out"


def _who(app: Flask, cast: Cast) -> dict[str, tuple[str, str]]:
    """Actor → (kiosk cookie, sign-in token)."""
    people: dict[str, tuple[str, str]] = {"anonymous": ("", "")}
    for role in STAFF:
        client: Any = app.test_client()
        client.sign_in(cast[role], cast.community)
        with client.session_transaction() as session:
            people[role] = ("", session["sign_in"])
    kiosk: Any = app.test_client()
    kiosk.enrol(cast.community)
    people["kiosk"] = (kiosk.get_cookie(app.config["KIOSK_COOKIE_NAME"]).value, "")
    return people


def _expected(endpoint: str, who: str) -> str:
    wanted = EXPECTED[endpoint]
    if wanted in OPEN:
        return "in"
    if wanted == KIOSK:
        return "in" if who == "kiosk" else "out"
    if who in ("anonymous", "kiosk"):
        return "out"
    if wanted == SIGNED_IN:
        return "in"
    return "in" if who in wanted.split() else "refused"


def test_who_may_use_which_route(app: Flask, cast: Cast) -> None:
    """Every actor × every route × every method, as the table says (trust: authorisation)."""
    db.session.commit()
    wrong = []
    people = _who(app, cast)
    db.session.remove()
    for rule in _rules(app):
        path = _path(app, rule)
        for method in _methods(rule):
            for who, (cookie, token) in people.items():
                answer, wanted = _answer_of_guard(app, path, method, cookie, token), _expected(rule.endpoint, who)
                if answer != wanted:
                    wrong.append(f"{method} {rule.endpoint}: {who} is {answer}, expected {wanted}")
    assert not wrong, "\n".join(wrong[:40])


def test_a_refusal_reaches_the_browser_and_the_audit_log(signed_in: Any) -> None:
    """The guard's word is what the browser gets: a guard of the gate at the board of cases."""
    assert signed_in("guard").get("/desk/").status_code == 403
    assert db.session.scalar(sa.select(AuditEntry.reason).where(AuditEntry.act == "refused")) == "desk"


def test_a_view_without_a_mark_is_refused(database_url: str) -> None:
    app = create_app({"SQLALCHEMY_DATABASE_URI": "sqlite://"})
    app.add_url_rule("/forgotten", "forgotten", lambda: "secret")
    assert app.test_client().get("/forgotten").status_code == 403


def test_every_unsafe_route_wants_a_token(app: Flask, signed_in: Any) -> None:
    """A post without the page's token is refused before anything else is looked at."""
    client = signed_in("director")
    for rule in _rules(app):
        for method in _methods(rule) - {"GET"}:
            answer = client.open(_path(app, rule), method=method)
            assert answer.status_code in (302, 303, 400, 401, 403), f"{method} {rule.rule}: {answer.status}"


@pytest.fixture
def counts() -> Any:
    def count() -> dict[str, int]:
        tables = [table for table in Base.metadata.sorted_tables if table.name != "audit_entry"]
        return {t.name: db.session.scalar(sa.select(sa.func.count()).select_from(t)) or 0 for t in tables}

    return count


def test_another_communitys_object_is_not_found_and_nothing_changes(app: Flask, counts: Any) -> None:
    """For every route with an object's id: everybody's rights in one estate open nothing in the other (trust)."""
    from tests.world import World

    world = World.assemble()
    client: Any = app.test_client()
    client.sign_in(world.stranger, world.elsewhere)
    before = counts()
    wrong = []
    for rule in _rules(app):
        numbers = [name for name in rule.arguments if type(rule._converters[name]).__name__ == "IntegerConverter"]
        if not numbers or EXPECTED[rule.endpoint] in (*OPEN, KIOSK):
            continue
        for method in _methods(rule):
            data = {"csrf_token": client.csrf_token()} if method != "GET" else None
            status = client.open(_path(app, rule), method=method, data=data).status_code
            if status != 404:
                wrong.append(f"{method} {rule.rule}: {status}")
    assert not wrong, "\n".join(wrong)
    assert counts() == before
