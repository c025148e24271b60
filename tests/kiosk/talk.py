"""A conversation at the kiosk, as a person leads it: one answer a page."""

import re
from typing import Any

from bs4 import BeautifulSoup

from portal.cases.models import Case
from portal.db import db

AT_HOME = (
    {"where": "home"},
    {"room": "3栋1204"},
    {"what": "leak"},
    {"words": "厨房，一直这样"},
    {"urgent": "no"},
    {"phone": "13800135678"},
    {"name": ""},
)


def say(kiosk: Any, kind: str, *answers: dict[str, str]) -> BeautifulSoup:
    """Give the answers one after the other; returns the page after the last. Every answer must lead on."""
    page = kiosk.page(f"/kiosk/{kind}/", follow_redirects=True)
    for answer in answers:
        form = page.select_one("form.question")
        assert form, f"no question to answer {answer} to: {page.h2}"
        names = {node.get("name") for node in form.select("[name]")}
        assert set(answer) <= names, f"asked for {names - {'csrf_token', None}}, not {set(answer)}"
        page = kiosk.submit(form["action"], answer)
    return page


def report(kiosk: Any, kind: str, *answers: dict[str, str]) -> BeautifulSoup:
    """The whole conversation with check and sending; returns the page with the receipt."""
    check = say(kiosk, kind, *answers)
    assert check.select_one(".checks"), check.select_one("main").text
    return kiosk.submit(check.select_one("form.question")["action"])


def code_on(page: BeautifulSoup) -> str:
    """The receipt code that the page shows."""
    return re.sub(r"\s", "", page.select_one(".code dd").text)


def only_case() -> Case:
    return db.session.query(Case).one()
