"""Third-party files: exactly those of the list, under their version, kept by browsers for a year."""

import pytest
from flask import Flask, url_for

from portal.front_end import FILES
from tests.client import Client


def address(app: Flask, name: str) -> str:
    with app.test_request_context():
        return url_for("front_end.file", name=name)


@pytest.mark.parametrize("name", FILES)
def test_each_file_is_served(app: Flask, client: Client, name: str) -> None:
    answer = client.get(address(app, name))
    assert answer.status_code == 200
    assert answer.content_type.startswith("text/css" if name.endswith(".css") else "text/javascript")
    assert "max-age=31536000" in answer.headers["Cache-Control"] and "immutable" in answer.headers["Cache-Control"]


def test_htmx_is_the_version_that_the_server_understands(app: Flask) -> None:
    assert "/2.0.11/" in address(app, "htmx.js")


@pytest.mark.parametrize(
    "path", ["/front-end/1.0.0/htmx.js", "/front-end/2.0.11/package.json", "/front-end/2.0.11/..%2Fpackage.json"]
)
def test_nothing_else_is_served(client: Client, path: str) -> None:
    assert client.get(path).status_code == 404
