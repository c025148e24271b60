"""The desk by keyboard alone, in a real browser."""

import re
from typing import Any

from playwright.sync_api import Browser, expect

from portal.cases.operations import Caller, receive
from portal.db import db
from tests.browser.conftest import carry
from tests.cast import Cast


def test_one_key_for_what_the_desk_does_most(cast: Cast, signed_in: Any, browser: Browser, live_server: str) -> None:
    """Issue 2: N notes a call, C takes a case, J and Enter open one; while somebody types they are letters."""
    actor, caller = cast["receptionist"].actor, Caller("王建国", "13800135678")
    place = cast.community.id
    case = receive("repair", community_id=place, channel="kiosk", caller=caller, title="漏水", actor=actor).case
    db.session.commit()
    context = browser.new_context(viewport={"width": 1366, "height": 768})
    carry(context, live_server, signed_in("receptionist"))
    page, desk = context.new_page(), f"{live_server}/desk/"
    for key, onward in (("n", "/cases/call"), ("c", "/cases/new")):
        page.goto(desk)
        page.keyboard.press(key)
        expect(page).to_have_url(f"{live_server}{onward}")
    page.goto(desk)
    page.keyboard.press("/")
    page.keyboard.type("cn")
    expect(page.locator("#board-q")).to_have_value("cn")
    expect(page).to_have_url(desk)
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(rf"/cases/{case.id}$"))
    context.close()
