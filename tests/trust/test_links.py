"""Links for people without accounts: one purpose each, stored hashed, expiring; a scanner that opens them all records
nothing (trust: authorisation). Over every such route that there is or will be."""

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from werkzeug.routing import Rule

from portal import clock
from portal.db import db
from portal.people import links
from portal.people.models import Link
from tests.expectations import EXPECTED, LINK
from tests.world import World

# The first part of the address → the purpose of its links.
PURPOSES = {"r": "receipt", "v": "visit_pass", "h": "household_visits", "visit-answers": "visit_answer"}


@pytest.fixture
def tokens(app: Flask) -> dict[str, str]:
    """One live link for each purpose."""
    world = World.assemble()
    answer = links.make("visit_answer", world.visit, timedelta(hours=2))
    db.session.commit()
    return {
        "receipt": world.receipt,
        "visit_pass": world.pass_token,
        "household_visits": world.household_token,
        "visit_answer": answer,
    }


def routes(app: Flask) -> list[Rule]:
    return [rule for rule in app.url_map.iter_rules() if EXPECTED.get(rule.endpoint) == LINK]


def methods(rule: Rule) -> set[str]:
    return (rule.methods or set()) - {"HEAD", "OPTIONS"}


def purpose(rule: Rule) -> str:
    return PURPOSES[rule.rule.split("/")[1]]


def address(app: Flask, rule: Rule, token: str) -> str:
    values = {name: token if name == "token" else 1 for name in rule.arguments}
    urls = app.url_map.bind("localhost")
    return urls.build(rule.endpoint, values, method=next(iter(methods(rule))))


def rows() -> dict[str, list[Any]]:
    """Everything in the database but the audit log."""
    tables = [table for table in db.metadata.sorted_tables if table.name != "audit_entry"]
    return {table.name: [tuple(row) for row in db.session.execute(sa.select(table))] for table in tables}


def ask(client: Any, rule: Rule, method: str, url: str) -> int:
    answer = client.send(url) if method == "POST" else client.open(url, method=method)
    return int(answer.status_code)


def test_every_link_opens_for_its_own_purpose_only(app: Flask, tokens: dict[str, str]) -> None:
    client: Any = app.test_client()
    before, wrong = rows(), []
    for rule in routes(app):
        for name, token in tokens.items():
            for method in methods(rule) if name != purpose(rule) else ():
                status = ask(client, rule, method, address(app, rule, token))
                app.extensions["redis"].flushdb()
                if status != 404:
                    wrong.append(f"{method} {rule.rule} with a link for {name}: {status}")
    assert not wrong, "\n".join(wrong)
    assert rows() == before


@pytest.mark.parametrize("end", ["time", "by hand"])
def test_an_ended_link_opens_nothing_and_records_nothing(app: Flask, tokens: dict[str, str], end: str) -> None:
    client: Any = app.test_client()
    if end == "by hand":
        db.session.execute(sa.update(Link).values(ended_at=clock.now()))
        db.session.commit()
    before = rows()
    with time_machine.travel(clock.now() + timedelta(days=400 if end == "time" else 0), tick=True):
        for rule in routes(app):
            for method in methods(rule):
                status = ask(client, rule, method, address(app, rule, tokens[purpose(rule)]))
                app.extensions["redis"].flushdb()
                assert status == 410, f"{method} {rule.rule}"
    assert rows() == before


def test_a_scanner_that_opens_every_link_records_nothing(app: Flask, tokens: dict[str, str]) -> None:
    """GET and HEAD; the answers tell no other site where they stand, and no cache keeps them."""
    client: Any = app.test_client()
    before = rows()
    for rule in routes(app):
        if "GET" in methods(rule):
            for method in ("GET", "HEAD"):
                answer = client.open(address(app, rule, tokens[purpose(rule)]), method=method)
                assert answer.status_code == 200, rule.rule
                assert answer.headers["Referrer-Policy"] == "no-referrer"
                assert answer.headers["Cache-Control"] == "no-store"
    assert rows() == before


def test_no_table_holds_a_token(app: Flask, tokens: dict[str, str]) -> None:
    """Only hashes; texts of mails, which carry links, are encrypted. 192 random bits each."""
    with db.engine.connect() as connection:
        for table in db.metadata.sorted_tables:
            stored = repr(connection.exec_driver_sql(f'SELECT * FROM "{table.name}"').all())
            assert not any(token in stored for token in tokens.values()), table.name
    assert all(len(token) == 32 for token in tokens.values())
