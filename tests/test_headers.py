"""Safe headers on every answer: a page, a redirect, a fragment, an error, a file."""

from typing import Any

import pytest

from portal.web import SAFE_HEADERS
from tests.client import Client


@pytest.mark.parametrize("path", ["/sign-in", "/", "/desk/", "/nowhere", "/kiosk/", "/healthz", "/static/yinghou.css"])
def test_every_answer_carries_the_safe_headers(client: Client, path: str) -> None:
    answer = client.get(path)
    for name, value in SAFE_HEADERS.items():
        assert answer.headers.get(name) == value, f"{path}: {name}"


def test_the_policy_allows_no_inline_script_or_style() -> None:
    assert "unsafe" not in SAFE_HEADERS["Content-Security-Policy"]
    assert "default-src 'none'" in SAFE_HEADERS["Content-Security-Policy"]


def test_pages_are_not_kept_by_browsers_but_files_are(client: Client) -> None:
    assert client.get("/sign-in").headers["Cache-Control"] == "no-store"
    assert "no-store" not in client.get("/static/yinghou.css").headers.get("Cache-Control", "")


def test_the_session_cookie_is_out_of_reach_of_scripts(client: Client) -> None:
    cookie = client.get("/sign-in").headers.get("Set-Cookie", "")
    assert "HttpOnly" in cookie and "SameSite=Lax" in cookie


def test_pages_with_secrets_are_sent_uncompressed_and_files_compressed(client: Client) -> None:
    """A compressed page that holds a token and repeats what one typed tells its secret by its length."""
    wanted: Any = {"Accept-Encoding": "gzip, deflate, br"}
    assert "Content-Encoding" not in client.get("/sign-in", headers=wanted).headers
    assert client.get("/static/yinghou.css", headers=wanted).headers["Content-Encoding"] == "br"
