"""Whatever people type stays text: on every page, in mails, in what htmx swaps in."""

from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from portal.cases.models import Case
from portal.cases.operations.said import customer_word
from portal.cases.stages import How
from portal.db import db
from portal.outbox.models import MessageText, Notification
from portal.timeline import SYSTEM
from portal.visitors.models import Visit
from portal.web import inside
from tests.cast import Cast
from tests.expectations import EXPECTED
from tests.world import KIOSK_TOKEN, World

EVIL = "<xss>\"'&"
WORDS = "title detail caller_name name name_en text text_en body body_en question question_en keywords reason note"
TYPED = {*WORDS.split(), "organisation", "place", "file_name", "actor_name", "by_name", "device", "was", "became"}
OURS = {"case_photo", "schedule", "heartbeat", "schedule_run", "job_run"}  # names that nobody types


def plant() -> None:
    """Every text that somebody may have typed becomes an attack."""
    for table in db.metadata.sorted_tables:
        for column in table.c if table.name not in OURS else ():
            if column.name in TYPED and isinstance(column.type, sa.String) and not column.primary_key:
                db.session.execute(sa.update(table).values({column.name: EVIL}))
    db.session.execute(sa.update(Case).values(post_url="javascript:alert(1)"))
    db.session.expire_all()
    for visit in db.session.scalars(sa.select(Visit)):
        visit.set_name(EVIL)
        visit.set_plate(EVIL)
    db.session.commit()


@pytest.mark.parametrize("fragment", [False, True])
def test_no_page_lets_through_what_was_typed(app: Flask, fragment: bool) -> None:
    world = World.assemble()
    staff, lobby = app.test_client(), app.test_client()
    staff.sign_in(world.everyone)  # type: ignore[attr-defined]
    lobby.set_cookie("yinghou-kiosk", KIOSK_TOKEN)
    customer_word(world.case, "还在漏", How.LINK, SYSTEM)
    plant()
    tokens = {"cases": world.receipt, "visitors": world.pass_token}
    shown = 0
    for rule in app.url_map.iter_rules():
        if "GET" not in (rule.methods or ()) or rule.endpoint not in EXPECTED:
            continue
        values = {name: _sample(name, rule, tokens) for name in rule.arguments}
        if rule.rule.startswith("/h/") or "/h/" in rule.rule:
            values["token"] = world.household_token
        url = app.url_map.bind("localhost").build(rule.endpoint, values, method="GET")
        client: Any = lobby if EXPECTED[rule.endpoint] == "kiosk" else staff
        answer = client.get(url, headers={"HX-Request": "true"} if fragment else {})
        app.extensions["redis"].flushdb()
        if "text/html" in answer.content_type:
            assert "<xss>" not in answer.text, url
            assert 'href="javascript:' not in answer.text, url
            shown += "&lt;xss&gt;" in answer.text
    assert shown > 15


def _sample(name: str, rule: Any, tokens: dict[str, str]) -> Any:
    converter = rule._converters[name]
    choices = getattr(converter, "items", None)
    if choices:
        return next(iter(choices))
    if type(converter).__name__ == "IntegerConverter":
        return 1
    return tokens.get(rule.endpoint.partition(".")[0], "x") if name == "token" else "cuihu"


def test_mails_too(app: Flask) -> None:
    world = World.assemble()
    plant()
    customer_word(world.case, EVIL, How.LINK, SYSTEM)
    db.session.commit()
    for words in db.session.scalars(sa.select(MessageText)):
        assert "<xss>" not in (words.html or "")
        assert "\n" not in words.subject


def test_a_notification_leads_nowhere_else(signed_in: Any, cast: Cast) -> None:
    row = {"community_id": cast.community.id, "user_id": cast["manager"].id, "made_at": sa.func.now(), "text": "x"}
    for number, url in enumerate(("https://evil.test/", "//evil.test", "javascript:alert(1)"), 1):
        db.session.execute(sa.insert(Notification).values(**row, key=f"k{number}", url=url))
        db.session.commit()
        answer = signed_in("manager").send(f"/notifications/{number}/opening")
        assert answer.location == "/notifications"


@pytest.mark.parametrize(
    "url",
    ["//evil.test", "/\\evil.test", "https:evil.test", "http://evil.test", "javascript:x", "\t//evil.test", " //e", ""],
)
def test_the_way_on_is_inside(url: str) -> None:
    assert inside(url, "/home") == "/home"


def test_a_tab_or_a_line_break_makes_no_other_site_of_it(client: Any) -> None:
    """Browsers drop tabs and line breaks out of an address: /<tab>/evil.test would be //evil.test."""
    for url in ("/\t/evil.test", "/\n/evil.test", "/\t\\evil.test", "/%09/evil.test"):
        location = client.send("/language", {"language": "zh", "next": url}).location
        assert not any(sign in location for sign in "\t\r\n\\") and not location.startswith("//")
