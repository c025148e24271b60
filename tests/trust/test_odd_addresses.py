"""Odd values in an address are answered with a page, never with an error of ours."""

from typing import Any
from urllib.parse import urlencode

from flask import Flask

from tests.expectations import EXPECTED
from tests.world import KIOSK_TOKEN, World

NAMES = (
    *("q", "day", "first", "last", "page", "kind", "channel", "seen", "month"),
    *("unit", "state", "stage", "handler", "person_id", "category", "days", "next"),
)
VALUES = (
    "",
    "0001-01-01",
    "9999-12-31",
    "-1",
    "0",
    str(10**30),
    "²",
    "'",
    "x" * 3000,
    "栋" * 400,
    "NaN",
    "\ud7ff",
    "%",
)


def test_no_value_in_an_address_breaks_a_page(app: Flask) -> None:
    """Dates at the ends of time, numbers too long, signs that are digits to nobody but Python."""
    world = World.assemble()
    staff, lobby = app.test_client(), app.test_client()
    staff.sign_in(world.everyone)  # type: ignore[attr-defined]
    lobby.set_cookie("yinghou-kiosk", KIOSK_TOKEN)
    broken = []
    for rule in app.url_map.iter_rules():
        if "GET" not in (rule.methods or ()) or rule.arguments or rule.endpoint == "admin.healthz":
            continue
        client: Any = lobby if EXPECTED.get(rule.endpoint) == "kiosk" else staff
        if rule.rule in ("/kiosk/reset", "/static/<path:filename>"):
            continue
        for value in VALUES:
            url = f"{rule.rule}?{urlencode(dict.fromkeys(NAMES, value))}"
            try:
                client.get(url)
            except Exception as error:
                broken.append(f"{rule.rule} {value[:12]!r}: {type(error).__name__} {str(error)[:80]}")
        app.extensions["redis"].flushdb()
    assert not broken, "\n".join(broken)


def test_nor_does_a_day_at_the_end_of_time_in_the_guards_search(signed_in: Any) -> None:
    for day in ("0001-01-01", "9999-12-31"):
        assert signed_in("guard").send("/visitors/search", {"q": "1204", "day": day}).status_code == 200
