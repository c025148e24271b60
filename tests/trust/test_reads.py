"""A GET reads, a search takes what was typed literally, and nothing typed comes into log or queue."""

import io
import logging
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from portal import create_app
from portal.access import public
from portal.cases import queries as cases
from portal.db import db
from portal.knowledge import queries as knowledge
from portal.people import queries as people
from portal.people.models import Community
from tests import factories
from tests.cast import Cast
from tests.expectations import EXPECTED
from tests.trust.attacks import DOCUMENT, PHONE
from tests.world import KIOSK_TOKEN, World


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_write_hidden_in_a_page_fails(app: Flask, cast: Cast, method: str) -> None:
    """On both databases, by the database itself, raw SQL too."""
    made = create_app({"SQLALCHEMY_DATABASE_URI": app.config["SQLALCHEMY_DATABASE_URI"], "TESTING": True})
    statements = iter((sa.update(Community).values(name="x"), sa.text("UPDATE community SET name = 'x'")))

    @public
    def write() -> str:
        db.session.execute(next(statements))
        db.session.commit()
        return "written"

    made.add_url_rule("/write", "write", write)
    for _statement in range(2):
        with pytest.raises(sa.exc.DatabaseError, match=r"readonly|read-only"):
            made.test_client().open("/write", method=method)
    db.session.expire_all()
    assert cast.community.name == "翠湖花园"


def test_every_page_that_can_be_opened_leaves_every_row_as_it_was(app: Flask) -> None:
    """Each GET route, as one who may do all and as the kiosk: no error, no row more or less or changed."""
    world = World.assemble()
    staff, lobby = app.test_client(), app.test_client()
    staff.sign_in(world.everyone)  # type: ignore[attr-defined]
    lobby.set_cookie("yinghou-kiosk", KIOSK_TOKEN)
    tables = [table for table in db.metadata.sorted_tables if table.name not in ("audit_entry", "sign_in")]

    def rows() -> list[Any]:
        return [[tuple(row) for row in db.session.execute(sa.select(table))] for table in tables]

    before, seen = rows(), 0
    for rule in app.url_map.iter_rules():
        if rule.endpoint not in EXPECTED or rule.endpoint == "admin.healthz" or "GET" not in (rule.methods or ()):
            continue
        values = {name: _sample(rule._converters[name]) for name in rule.arguments}
        url = app.url_map.bind("localhost").build(rule.endpoint, values, method="GET")
        client: Any = lobby if EXPECTED[rule.endpoint] == "kiosk" else staff
        status = client.get(url).status_code
        assert status < 500, f"{url}: {status}"
        seen += status == 200
        app.extensions["redis"].flushdb()
    assert rows() == before
    assert seen > 40


def _sample(converter: Any) -> Any:
    choices = getattr(converter, "items", None)
    return next(iter(choices)) if choices else 1 if type(converter).__name__ == "IntegerConverter" else "x"


@pytest.mark.parametrize("typed", ["%", "_", "%%", "王%国", "王_国", "\\", "' OR 1=1 --", "%' OR '1'='1"])
def test_wildcards_and_quotes_are_letters(cast: Cast, typed: str) -> None:
    """Nobody lists all residents or all cases by a percent sign."""
    assert people.find_people(cast.community.id, typed) == []
    assert people.find_unit(cast.community.id, typed) == []
    assert cases.cases_of_callers(cast.community.id, typed) == []
    assert knowledge.search(cast.community.id, typed) == []


def test_a_percent_sign_finds_the_one_who_has_it(cast: Cast) -> None:
    odd = factories.person(cast.community, "100%_王", phone=None)
    assert people.find_people(cast.community.id, "%_") == [odd]


def test_numbers_reach_neither_log_nor_queue(app: Flask, cast: Cast, kiosk: Any, signed_in: Any, client: Any) -> None:
    """A report from outside, a search at the desk, a call, a walk-in: planted numbers, then every line read."""
    log = io.StringIO()
    handler, root = logging.StreamHandler(log), logging.getLogger()
    before = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    try:
        said = {"kind": "repair", "title": "漏水", "detail": "厨房", "caller_name": "李四", "phone": PHONE}
        client.send(f"/report/{cast.community.code}", said)
        desk = signed_in("receptionist")
        for url in (f"/people/?q={PHONE}", f"/people/?q={DOCUMENT}", f"/desk/?q={PHONE}", f"/cases/call?q={PHONE}"):
            desk.get(url)
        signed_in("guard").send("/visitors/search", {"q": PHONE})
        kiosk.send("/kiosk/visit/new/guest", {"building": "3", "room": "1204"})
        kiosk.send("/kiosk/progress", {"code": PHONE})
        client.send("/sign-in", {"login": PHONE, "password": DOCUMENT})
    finally:
        root.removeHandler(handler)
        root.setLevel(before)
    redis: Any = app.extensions["redis"]
    queued = b"".join(key + (redis.dump(key) or b"") for key in redis.keys("*")).decode(errors="replace")
    for secret in (PHONE, DOCUMENT):
        assert secret not in log.getvalue() and secret not in queued
