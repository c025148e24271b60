"""Attacks on the web's own edge: odd input, errors, what a proxy says, what a browser may keep."""

import logging
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from portal import create_app
from portal.access import public
from portal.db import db
from tests.client import Client
from tests.world import World

PHONE = "13800135678"
TOKEN = "Tr0ub4dor-and-3-horses-battery-staple"


def test_over_https_a_form_needs_no_referer(client: Client) -> None:
    """Our own Referrer-Policy keeps browsers from sending one; the token in the form is what counts."""
    data = {"csrf_token": client.csrf_token(), "language": "en", "next": "/sign-in"}
    assert client.post("/language", data=data, base_url="https://localhost").status_code == 303
    assert client.post("/language", data={"language": "en"}, base_url="https://localhost").status_code == 400


@pytest.mark.parametrize("path", ["/desk/\0", "/visit-privacy/a%00b", "/board/a%00b", "/r/%00", "/sign-in?next=%00"])
def test_a_nul_byte_is_refused(client: Client, path: str) -> None:
    """PostgreSQL takes none in a text; that must not become an error of ours."""
    assert client.get(path).status_code == 400


def test_a_nul_byte_in_a_form_is_refused(client: Client) -> None:
    assert client.send("/sign-in", {"login": "man\0ager", "password": "x"}).status_code == 400


@pytest.mark.parametrize("path", ["/cases/{}", "/visitors/{}", "/people/units/{}", "/staff/{}", "/notices/{}"])
def test_a_number_that_no_row_can_have_is_not_found(app: Flask, path: str) -> None:
    client: Any = app.test_client()
    client.sign_in(World.assemble().everyone)
    assert client.get(path.format(10**30)).status_code == 404
    assert client.get(path.format(2**31)).status_code == 404


@pytest.fixture
def broken(app: Flask) -> Flask:
    """An application in which a page behind a link breaks on a statement that carries a number."""
    made = create_app({"SQLALCHEMY_DATABASE_URI": app.config["SQLALCHEMY_DATABASE_URI"]})

    @public
    def fail(token: str) -> str:
        db.session.execute(sa.text("SELECT nothing FROM nowhere WHERE phone = :phone"), {"phone": PHONE})
        return token

    made.add_url_rule("/broken/<string:token>", "broken", fail)
    return made


def test_an_error_of_ours_tells_neither_the_reader_nor_the_log(broken: Flask, caplog: pytest.LogCaptureFixture) -> None:
    """No trace on the page; in the log the trace, but no token of a link and no value of a statement."""
    with caplog.at_level(logging.DEBUG):
        answer = broken.test_client().get(f"/broken/{TOKEN}")
    assert answer.status_code == 500
    assert "Traceback" not in answer.text and "nowhere" not in answer.text
    assert "Traceback" in caplog.text and "broken" in caplog.text
    assert TOKEN not in caplog.text and PHONE not in caplog.text


def test_who_is_behind_a_proxy_is_known_only_where_one_is_named(database_url: str) -> None:
    """X-Forwarded-For counts for limits only with PROXIES set: anybody can send the header."""
    from flask import request

    def asked(proxies: int) -> str:
        app = create_app({"SQLALCHEMY_DATABASE_URI": "sqlite://", "PROXIES": proxies})
        app.add_url_rule("/who", "who", public(lambda: f"{request.remote_addr} {request.scheme} {request.host}"))
        headers = {"X-Forwarded-For": "6.6.6.6, 9.9.9.9", "X-Forwarded-Proto": "https", "X-Forwarded-Host": "evil.test"}
        return app.test_client().get("/who", headers=headers).text

    assert asked(0) == "127.0.0.1 http localhost"
    assert asked(1) == "9.9.9.9 https localhost"


def test_browsers_keep_no_photo_and_no_ledger(app: Flask) -> None:
    """What staff open is personal: it stays in no cache, files too."""
    client: Any = app.test_client()
    client.sign_in(World.assemble().everyone)
    for path in ("/cases/1", "/cases/1/photos/1", "/cases/ledger.xlsx", "/people/persons/1"):
        answer = client.get(path)
        assert answer.status_code == 200
        assert answer.headers["Cache-Control"] == "no-store", path
    assert client.get("/cases/1/photos/1").headers["Content-Disposition"].startswith("attachment")
