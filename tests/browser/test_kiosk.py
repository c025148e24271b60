"""At the kiosk with a finger, in a real browser."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from portal.cases.models import Case
from portal.db import db
from tests.browser.conftest import PORTRAIT, carry
from tests.cast import Cast
from tests.client import Client

LANDSCAPE = {"width": 1920, "height": 1080}


@pytest.fixture
def lobby(cast: Cast, kiosk: Client, browser: Browser, live_server: str) -> Iterator[Page]:
    """The touch screen in the lobby, upright, showing the first page."""
    db.session.commit()
    context = browser.new_context(viewport=PORTRAIT, has_touch=True)  # type: ignore[arg-type]
    carry(context, live_server, kiosk)
    page = context.new_page()
    page.goto(f"{live_server}/kiosk/")
    yield page
    context.close()


def tap(page: Page, words: str) -> None:
    page.locator("main").locator("a, button").filter(has_text=words).first.tap()


def type_pinyin(page: Page, letters: str, character: str) -> None:
    """Press the letters on the screen's keyboard and choose the character."""
    for letter in letters:
        page.locator(f'[data-skbtn="{letter}"]').tap()
    page.locator(".candidates").get_by_role("button", name=character, exact=True).tap()


def press_pad(page: Page, keys: str) -> None:
    for key in keys:
        page.locator(".pad").get_by_role("button", name=key, exact=True).tap()


def go_on(page: Page) -> None:
    page.locator("form > button.next").tap()


def to_the_words(page: Page) -> None:
    tap(page, "报修")
    tap(page, "我家里")
    press_pad(page, "3栋1204")
    go_on(page)
    tap(page, "漏水")


def test_a_repair_by_touch(lobby: Page, cast: Cast) -> None:
    """CASE-1, CASE-10: tiles, pad and pinyin keys are enough; the receipt says by when."""
    to_the_words(lobby)
    type_pinyin(lobby, "shui", "水")
    type_pinyin(lobby, "guan", "管")
    lobby.get_by_role("button", name="一直这样").tap()
    expect(lobby.locator("#words")).to_have_value("水管，一直这样")
    go_on(lobby)
    tap(lobby, "不是")
    press_pad(lobby, "13800135678")
    go_on(lobby)
    type_pinyin(lobby, "wang", "王")
    go_on(lobby)
    expect(lobby.locator(".checks")).to_contain_text("3 栋 1204")
    go_on(lobby)
    expect(lobby.locator(".done")).to_contain_text("前联系您")
    case = db.session.query(Case).one()
    assert (case.detail, case.caller_name, case.unit_id) == ("水管，一直这样", "王", cast.unit.id)
    assert len(re.sub(r"\s", "", lobby.locator(".code dd").first.inner_text())) == 8
    expect(lobby.locator("svg.qr").first).to_be_visible()


def test_after_a_minute_everything_is_forgotten(cast: Cast, kiosk: Client, browser: Browser, live_server: str) -> None:
    """trust: 60 s idle resets with a visible countdown; behind the back button there is nothing of the person."""
    db.session.commit()
    context = browser.new_context(viewport=PORTRAIT, has_touch=True)  # type: ignore[arg-type]
    carry(context, live_server, kiosk)
    page = context.new_page()
    page.clock.install()
    page.goto(f"{live_server}/kiosk/")
    to_the_words(page)
    go_on(page)
    tap(page, "不是")
    press_pad(page, "13800135678")
    page.clock.run_for(50_000)
    expect(page.locator("[data-idle]")).to_have_text(re.compile(r"^\d+ 秒后返回首页$"))
    page.clock.run_for(11_000)
    page.wait_for_url("**/kiosk/")
    for _step in range(4):
        page.go_back()
        page.clock.run_for(1_000)
        expect(page.locator("body")).not_to_contain_text("1204")
        expect(page.locator("body")).not_to_contain_text("13800135678")
        assert page.locator("input[type=text]").count() == 0
    assert page.evaluate("localStorage.length + sessionStorage.length") == 0
    context.close()


def test_the_desk_hears_the_call_and_the_kiosk_sees_who_comes(
    lobby: Page, cast: Cast, app: Flask, browser: Browser, live_server: str
) -> None:
    """CASE-16: rings on the desk's page within seconds, until taken; the kiosk says who comes."""
    client: Any = app.test_client()
    client.sign_in(cast["receptionist"])
    db.session.commit()
    context = browser.new_context()
    carry(context, live_server, client)
    desk = context.new_page()
    desk.goto(f"{live_server}/desk/checklist")
    lobby.locator("footer").get_by_text("呼叫前台").tap()
    expect(lobby.locator("#calling")).to_contain_text("已通知前台，请稍候。")
    expect(desk.locator("[data-ring]")).to_contain_text("1 栋大堂 呼叫前台", timeout=10_000)
    desk.get_by_role("button", name="我去").click()
    expect(lobby.locator("#calling")).to_contain_text("林晓 正在过来", timeout=10_000)
    expect(desk.locator("[data-ring]")).to_have_count(0)
    context.close()


def walk(page: Page, base: str) -> Iterator[str]:
    """Each screen of a repair, of the search, of a lookup, one after the other."""
    page.goto(f"{base}/kiosk/repair/where")
    yield "where"
    choose(page, "home")
    page.fill("#room", "9栋9")
    send(page)
    yield "room with an error"
    page.fill("#room", "3栋1204")
    send(page)
    yield "what"
    choose(page, "leak")
    yield "words"
    page.fill("#words", "厨房")
    send(page)
    yield "urgent"
    choose(page, "no")
    yield "phone"
    page.fill("#phone", "13800135678")
    send(page)
    yield "name"
    send(page)
    yield "check"
    send(page)
    yield "done"
    code = page.locator(".code dd").first.inner_text()
    page.goto(f"{base}/kiosk/progress")
    page.fill("#code", code)
    send(page)
    yield "case"
    page.goto(f"{base}/kiosk/answers")
    page.fill("#q", "海洋馆")
    send(page)
    yield "nothing found"


def choose(page: Page, value: str) -> None:
    with page.expect_navigation():
        page.locator(f'button[value="{value}"]').click()


def send(page: Page) -> None:
    """Press the button that goes on: the page's, or with the keys on the screen theirs."""
    with page.expect_navigation():
        page.locator("button.next:visible, [data-skbtn='{enter}']:visible").first.click()


@pytest.mark.parametrize("size", [PORTRAIT, LANDSCAPE], ids=["portrait", "landscape"])
@pytest.mark.parametrize("large", [False, True], ids=["normal", "large print"])
def test_every_question_is_accessible(
    kiosk: Client, browser: Browser, live_server: str, large: bool, size: dict[str, int]
) -> None:
    """WCAG 2.2 AA, with errors shown and in large print; nothing runs out of the screen; targets are big enough."""
    with kiosk.session_transaction() as session:
        session["large_print"] = large
    db.session.commit()
    context = browser.new_context(viewport=size, has_touch=True)  # type: ignore[arg-type]
    carry(context, live_server, kiosk)
    page, wrong = context.new_page(), []
    least = 80 if large else 58.6  # 60 pt and 44 pt
    for name in walk(page, live_server):
        found = Axe().run(page).response["violations"]
        wrong += [f"{name}: {one['id']}: {one['nodes'][0]['html'][:200]}" for one in found]
        wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        wrong += [f"{name}: {wide} px too wide"] if wide > 0 else []
        wrong += [f"{name}: {text} is {height:.0f} px high" for text, height in small(page, least)]
    context.close()
    assert not wrong, "\n".join(wrong)


def small(page: Page, least: float) -> list[tuple[str, float]]:
    """What can be pressed and is lower than that."""
    found: list[list[Any]] = page.evaluate(
        """() => [...document.querySelectorAll("a[href], button, input:not([type=hidden]), textarea")]
        .filter((node) => node.checkVisibility() && !node.matches(".skip"))
        .map((node) => [node.textContent.trim() || node.name, node.getBoundingClientRect().height])"""
    )
    return [(text, height) for text, height in found if height < least]
