"""A page's weight on the first visit: everything the browser asks for, gzipped, at most 60 KB."""

import gzip
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Response

from portal.db import db
from tests.browser.conftest import PORTRAIT, carry
from tests.world import World

LIMIT = 60 * 1024
PAGES = {
    "staff": ["/desk/", "/cases/1", "/cases/call", "/visitors/", "/standards/", "/people/"],
    "kiosk": ["/kiosk/", "/kiosk/complaint/what", "/kiosk/answers", "/kiosk/visit", "/kiosk/board"],
    "public": ["/sign-in", "/report/cuihu", "/board/cuihu", "/standards/public/cuihu"],
}


def assert_light(context: BrowserContext, url: str) -> None:
    """Open the page in a browser that has seen nothing yet, and weigh all that comes."""
    page, answers = context.new_page(), list[Response]()

    def keep(answer: Response) -> None:
        answers.append(answer)

    page.on("response", keep)
    first = page.goto(url)
    page.wait_for_load_state("networkidle")
    assert first is not None and first.status == 200, url
    sizes = {answer.url: len(gzip.compress(answer.body())) for answer in answers if answer.status == 200}
    assert sum(sizes.values()) <= LIMIT, (url, sum(sizes.values()), sizes)


@pytest.mark.parametrize("kind", PAGES)
def test_a_first_visit_weighs_little(app: Flask, live_server: str, browser: Browser, kind: str) -> None:
    world = World.assemble()
    client: Any = app.test_client()
    if kind == "staff":
        client.sign_in(world.everyone, world.cast.community)
    if kind == "kiosk":
        client.enrol(world.cast.community)
    db.session.commit()
    db.session.remove()
    for path in PAGES[kind]:
        with browser.new_context(viewport=PORTRAIT) as context:  # type: ignore[arg-type]
            if kind != "public":
                carry(context, live_server, client)
            assert_light(context, live_server + path)


def test_the_kiosks_keyboard_is_within_the_limit_too(app: Flask, live_server: str, browser: Browser) -> None:
    """The heaviest page: words typed in pinyin."""
    world = World.assemble()
    client: Any = app.test_client()
    client.enrol(world.cast.community)
    db.session.commit()
    db.session.remove()
    with browser.new_context(viewport=PORTRAIT) as context:  # type: ignore[arg-type]
        carry(context, live_server, client)
        page = context.new_page()
        page.goto(live_server + "/kiosk/suggestion/")
        page.locator("main button.choice").first.click()
        assert page.locator("[data-keyboard]").count() == 1
        kept, url = context.storage_state(), page.url
    with browser.new_context(viewport=PORTRAIT, storage_state=kept) as afresh:  # type: ignore[arg-type]
        assert_light(afresh, url)
