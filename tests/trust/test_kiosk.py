"""What the next person at the kiosk, or one who tries out numbers there, can learn: nothing."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask

from portal import clock
from portal.cases.operations.receive import Caller, receive
from portal.db import db
from portal.kiosk import drafts
from portal.kiosk.models import Draft
from portal.timeline import SYSTEM
from portal.visitors.models import Visit
from portal.visitors.operations import passing
from tests.cast import Cast
from tests.client import Client
from tests.kiosk.talk import AT_HOME, report, say
from tests.trust.attacks import PHONE, stand_at_the_door


@pytest.mark.parametrize("forget", ["reset", "new session"])
def test_nothing_of_a_visitor_is_behind_the_back_button(app: Flask, cast: Cast, kiosk: Any, forget: str) -> None:
    """Answers, pass and document page of the one before: their address opens nothing after the reset (trust)."""
    step = kiosk.send("/kiosk/visit/new/guest", {"building": "3", "room": "1204"}).location
    said = kiosk.send(step, {"phone": "138 0013 5678"}).location
    ways_back = [step, said]
    if forget == "reset":
        kiosk.get("/kiosk/reset")
    else:
        with kiosk.session_transaction() as session:
            session.clear()
    for url in ways_back:
        assert kiosk.get(url).location == "/kiosk/visit"
        assert kiosk.send(url, {"purpose": "friend"}).location == "/kiosk/visit"
    assert db.session.query(Visit).count() == 0


def test_a_pass_is_gone_from_the_kiosk_with_its_visitor(cast: Cast, kiosk: Any) -> None:
    url = kiosk.send("/kiosk/visit/new/guest", {"building": "3", "room": "1204"}).location
    url = kiosk.send(url, {"phone": "138 0013 5678"}).location
    shown = kiosk.send(url, {"purpose": "friend"}).location
    assert kiosk.get(shown).status_code == 200
    kiosk.get("/kiosk/reset")
    for page in (shown, shown.replace("/pass", "/document")):
        assert kiosk.get(page).location == "/kiosk/visit"
    typed = {"document": "11010519491231002X", "consent": "y"}
    assert kiosk.send(shown.replace("/pass", "/document"), typed).location == "/kiosk/visit"
    assert db.session.query(Visit).one().document is None


def test_a_pass_begun_at_one_kiosk_opens_at_no_other(app: Flask, cast: Cast, kiosk: Any) -> None:
    url = kiosk.send("/kiosk/visit/new/guest", {"building": "3", "room": "1204"}).location
    other: Any = app.test_client()
    other.enrol(cast.community, "2 栋大堂")
    with kiosk.session_transaction() as session, other.session_transaction() as copied:
        copied.update(session)
    assert other.get(url).location == "/kiosk/visit"


@pytest.mark.parametrize("url", ["/kiosk/visit/code", "/kiosk/visit/leave"])
def test_numbers_of_passes_cannot_be_tried_out(app: Flask, cast: Cast, kiosk: Client, url: str) -> None:
    """Wrong ones count for each device, whatever its address says."""
    statuses = [kiosk.send(url, {"code": f"{guess:08}"}).status_code for guess in range(11)]
    assert statuses == [422] * 10 + [429]
    elsewhere: Any = app.test_client()
    elsewhere.enrol(cast.community, "2 栋大堂")
    assert elsewhere.send(url, {"code": "00000000"}).status_code == 422


def test_who_types_the_right_numbers_is_not_held_up(cast: Cast, kiosk: Client) -> None:
    """A lobby at six o'clock: many visitors leave within minutes, and nobody is told to wait."""
    for _ in range(12):
        visit = stand_at_the_door(cast)
        passing.enter(visit, SYSTEM)
        db.session.commit()
        assert kiosk.send("/kiosk/visit/leave", {"code": visit.number}).status_code == 303


def test_at_the_kiosk_a_telephone_number_tells_no_name(cast: Cast, kiosk: Any) -> None:
    """Who types a neighbour's number learns neither name nor address for mail, on no page to the receipt."""
    check = say(kiosk, "repair", *AT_HOME)
    kiosk.get("/kiosk/reset")
    receipt = report(kiosk, "repair", *AT_HOME)
    token = drafts.read(db.session.query(Draft).one())["token"]
    for page in (check, receipt, kiosk.page(f"/r/{token}")):
        assert "王建国" not in str(page) and "wang@example.test" not in str(page)


def test_a_case_that_was_looked_up_is_forgotten_by_the_server_too(cast: Cast, kiosk: Any) -> None:
    """Where the kiosk's own countdown has died, the next person still finds nothing after five minutes."""
    received = receive(
        "repair",
        community_id=cast.community.id,
        channel="telephone",
        caller=Caller("王建国", phone=PHONE),
        title="厨房漏水",
        actor=SYSTEM,
    )
    db.session.commit()
    kiosk.send("/kiosk/progress", {"code": received.code})
    assert "厨房漏水" in kiosk.page("/kiosk/progress/case").get_text()
    with time_machine.travel(clock.now() + timedelta(minutes=4), tick=True):
        assert kiosk.get("/kiosk/progress/case").status_code == 200  # whoever goes on reading may
    with time_machine.travel(clock.now() + timedelta(minutes=10), tick=True):
        assert kiosk.get("/kiosk/progress/case").location == "/kiosk/progress"
        assert kiosk.send("/kiosk/progress/confirmation").location == "/kiosk/progress"
