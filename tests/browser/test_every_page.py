"""Every page that can be opened, looked at with axe: no violation, in Chinese and in English, kiosk and large print."""

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser, Page

from portal.db import db
from tests.browser.conftest import PORTRAIT, carry
from tests.expectations import EXPECTED, KIOSK, LINK, PUBLIC
from tests.test_routes import _methods, _path, _rules
from tests.world import World

# Answers that are no pages: files, fragments that a page asks for, redirects.
NO_PAGES = {"static", "front_end.file", "cases.photo", "cases.ledger_file"}
axe = Axe()


def pages(app: Flask, world: World, kind: str) -> list[str]:
    """The addresses of all pages that this kind of person can open."""
    kinds = {"kiosk": {KIOSK}, "public": {PUBLIC, LINK}}
    tokens = {"/r/": world.receipt, "/v/": world.pass_token, "/h/": world.household_token}
    found = []
    for rule in _rules(app):
        wanted = EXPECTED[rule.endpoint]
        here = wanted in kinds[kind] if kind in kinds else wanted not in (KIOSK, PUBLIC, LINK)
        if not here or "GET" not in _methods(rule) or rule.endpoint in NO_PAGES:
            continue
        path = _path(app, rule)
        for prefix, token in tokens.items():
            path = path.replace(f"{prefix}x", f"{prefix}{token}")
        found.append(path.replace("/board/x", "/board/cuihu").replace("/public/x", "/public/cuihu"))
    return sorted(found)


def look(page: Page, urls: list[str], base: str) -> list[str]:
    """Open each; what axe finds, and pages that broke."""
    wrong, seen = [], 0
    for url in urls:
        answer = page.goto(base + url)
        if answer is None or answer.status in (204, 404, 410) or "text/html" not in answer.headers["content-type"]:
            continue
        if not page.locator("body > *").count() or not page.title():
            continue  # a fragment
        seen += 1
        if answer.status >= 500:
            wrong.append(f"{url}: {answer.status}")
            continue
        found = axe.run(page).response["violations"]
        wrong += [f"{url}: {one['id']}: {one['nodes'][0]['html'][:160]}" for one in found]
    assert seen, "no page was looked at"
    return wrong


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("kind", ["staff", "public", "kiosk", "large print"])
def test_no_page_has_a_violation(app: Flask, live_server: str, browser: Browser, kind: str, language: str) -> None:
    """WCAG 2.2 AA on every page (trust: kiosk and accessibility)."""
    world = World.assemble()
    client: Any = app.test_client()
    at_kiosk = kind in ("kiosk", "large print")
    if at_kiosk:
        client.enrol(world.cast.community)
    elif kind == "staff":
        client.sign_in(world.everyone, world.cast.community)
    with client.session_transaction() as session:
        session["language"] = language
        session["large_print"] = kind == "large print"
    urls = pages(app, world, "kiosk" if at_kiosk else kind)
    db.session.commit()
    db.session.remove()
    size = PORTRAIT if at_kiosk else {"width": 360, "height": 740} if kind == "public" else None
    context = browser.new_context(viewport=size) if size else browser.new_context()  # type: ignore[arg-type]
    carry(context, live_server, client)
    try:
        wrong = look(context.new_page(), urls, live_server)
    finally:
        context.close()
    assert not wrong, "\n".join(wrong)
