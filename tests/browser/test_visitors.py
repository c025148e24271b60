"""A visitor at the kiosk, by touch and by code, in a real browser (VIS-1, VIS-2)."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from portal import clock
from portal.db import db
from portal.outbox.models import MessageText
from portal.timeline import Actor
from portal.visitors.models import Visit
from portal.visitors.operations.registering import Told, book
from tests import factories
from tests.browser.conftest import PORTRAIT, carry
from tests.cast import Cast
from tests.client import Client


@pytest.fixture
def lobby(browser: Browser, live_server: str, cast: Cast, kiosk: Client) -> Iterator[Page]:
    """The kiosk's touch screen, at its home. The estate has two houses."""
    factories.unit(factories.building(cast.community, "5"), "1204")
    db.session.commit()
    context = browser.new_context(viewport=PORTRAIT, has_touch=True, locale="zh-CN")  # type: ignore[arg-type]
    carry(context, live_server, kiosk)
    page = context.new_page()
    page.goto(f"{live_server}/kiosk/")
    yield page
    context.close()


def reached(page: Page, heading: str) -> None:
    """The page with that heading is there, and axe finds nothing wrong with it."""
    expect(page.get_by_role("heading", name=heading, exact=True)).to_be_visible()
    found = Axe().run(page).response["violations"]
    assert not found, [(one["id"], [node["html"] for node in one["nodes"]]) for one in found]


def press(page: Page, digits: str) -> None:
    for digit in digits:
        page.locator(".pad").get_by_role("button", name=digit, exact=True).tap()


def test_walk_in_by_touch(lobby: Page, client: Client, cast: Cast) -> None:
    """VIS-1, VIS-2: tiles and number pad only; the household says yes by link and the waiting page becomes the pass;
    the back button shows nothing of it."""
    lobby.locator("a.tile", has_text="访客登记").tap()
    reached(lobby, "没有预约？您来做什么？")
    lobby.locator("a.tile", has_text="走亲访友").tap()
    reached(lobby, "您要去哪一户？")
    lobby.get_by_label("3 栋", exact=True).tap()
    press(lobby, "1204")
    lobby.get_by_role("button", name="下一步").tap()
    reached(lobby, "您的手机号码？")
    press(lobby, "13912345678")
    lobby.get_by_role("button", name="下一步").tap()
    reached(lobby, "您来办什么事？")
    lobby.get_by_role("button", name="看望亲友").tap()
    reached(lobby, "已登记，请稍等确认")
    mail = db.session.scalars(sa.select(MessageText)).one().text
    link = re.search(r"/visit-answers/\S+", mail)
    assert link
    client.submit(f"{link[0]}/approval")
    reached(lobby, "登记好了，请进")
    lobby.get_by_role("button", name="完成").tap()
    lobby.wait_for_url("**/kiosk/")
    lobby.go_back()
    lobby.wait_for_url("**/kiosk/")
    expect(lobby.locator("body")).not_to_contain_text("1204")
    visit = db.session.scalars(sa.select(Visit)).one()
    assert (visit.state, visit.phone, visit.decided_by) == ("inside", "13912345678", "host")


def test_pass_by_scanner_and_out_by_number_pad(lobby: Page, cast: Cast) -> None:
    """VIS-1, VIS-2: a scanner types the pass and presses Enter; out by the last four digits of the phone."""
    now = clock.now()
    told: dict[str, Any] = {"name": "李华", "phone": "13912345678", "unit_id": cast.unit.id}
    made = book(
        Told("guest", starts_at=now, ends_at=now + timedelta(hours=4), **told),
        community=cast.community,
        channel="household",
        actor=Actor("3 栋 1204 住户"),
    )
    db.session.commit()
    lobby.locator("a.tile", has_text="访客登记").tap()
    expect(lobby.locator("#code")).to_be_focused()
    lobby.keyboard.type(f"http://localhost/v/{made.token}")
    lobby.keyboard.press("Enter")
    reached(lobby, "登记好了，请进")
    lobby.get_by_role("button", name="完成").tap()
    lobby.locator("a.tile", has_text="访客登记").tap()
    lobby.get_by_role("link", name="离开签离").tap()
    reached(lobby, "手机后四位，或通行号？")
    press(lobby, "5678")
    lobby.get_by_role("button", name="签离").tap()
    reached(lobby, "已签离，请慢走")
    db.session.expire_all()
    assert made.visit.state == "left"
