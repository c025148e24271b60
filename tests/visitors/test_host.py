"""The household is asked, and answers by link; the guard answers by telephone or decides (VIS-2)."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from portal import clock
from portal.db import db
from portal.outbox.models import MessageText, Notification
from portal.timeline import history
from portal.visitors.models import Visit
from tests.cast import Cast
from tests.client import Client

Guest = Callable[..., Visit]


def link_in_mail() -> str:
    text = db.session.scalars(sa.select(MessageText)).one().text
    found = re.search(r"/visit-answers/\S+", text)
    assert found, text
    return found[0]


def test_mail_shows_masks_only_and_asks(guest: Guest, client: Client) -> None:
    """VIS-2: whom and why, masked; looking at the link decides nothing (mail scanners open links)."""
    visit = guest(phone="13912345678")
    assert "139****5678" in db.session.scalars(sa.select(MessageText)).one().text
    assert "13912345678" not in db.session.scalars(sa.select(MessageText)).one().text
    page = client.page(link_in_mail())
    assert "139****5678" in page.get_text()
    assert db.session.get_one(Visit, visit.id).state == "waiting"


def test_host_says_yes(guest: Guest, client: Client) -> None:
    """VIS-2: after the household's yes the visitor is inside, and the link has done its work."""
    visit = guest(phone="13912345678")
    url = link_in_mail()
    page = client.submit(f"{url}/approval")
    assert "已在" in page.get_text()
    assert (visit.state, visit.decided_by) == ("inside", "host")
    entry = history(visit)[-1]
    assert (entry.verb, entry.actor_name) == ("approved", "3 栋 1204 住户")
    assert client.get(url).status_code == 410
    assert client.send(f"{url}/refusal").status_code == 410
    assert visit.state == "inside"


def test_host_says_no(guest: Guest, client: Client) -> None:
    visit = guest()
    page = client.submit(f"{link_in_mail()}/refusal")
    assert "没有放行" in page.get_text()
    assert (visit.state, visit.decided_by) == ("refused", "host")


def test_link_for_one_purpose_opens_nothing_else(guest: Guest, client: Client) -> None:
    guest()
    token = link_in_mail().rpartition("/")[2]
    assert client.get(f"/v/{token}").status_code == 404
    assert client.get(f"/h/{token}").status_code == 404


def test_household_without_mail_leaves_nobody_stuck(guest: Guest, cast: Cast) -> None:
    """The guard is told and decides; the kiosk says so."""
    cast.owner.email = None
    visit = guest()
    assert visit.asked_at is None
    told = db.session.scalars(sa.select(Notification)).one()
    assert told.user_id == cast["guard"].id
    assert told.url == f"/visitors/{visit.id}"
    assert "3 栋 1204" in told.text


def test_guard_records_a_telephone_call(guest: Guest, signed_in: Any) -> None:
    visit = guest()
    page = signed_in("guard").submit(f"/visitors/{visit.id}/approval", {"reason": "已电话问过住户"})
    assert "在内" in page.get_text()
    assert (visit.state, visit.decided_by) == ("inside", "telephone")


def test_guard_refuses_with_a_reason_only(guest: Guest, signed_in: Any) -> None:
    visit, guard = guest(), signed_in("guard")
    page = guard.submit(f"/visitors/{visit.id}/refusal", {"reason": ""}, 422)
    assert "请写明原因" in page.get_text()
    assert visit.state == "waiting"
    guard.submit(f"/visitors/{visit.id}/refusal", {"reason": "说不出住户姓名"})
    assert (visit.state, history(visit)[-1].reason) == ("refused", "说不出住户姓名")


def test_second_answer_finds_how_things_stand(guest: Guest, signed_in: Any, client: Client) -> None:
    visit = guest()
    url = link_in_mail()
    signed_in("guard").submit(f"/visitors/{visit.id}/refusal", {"reason": "不配合"})
    assert client.get(url).status_code == 410
    page = signed_in("guard").submit(f"/visitors/{visit.id}/departure", {}, 200)
    assert "刚刚变了" in page.get_text()
    assert visit.state == "refused"


def test_answer_that_comes_too_late(guest: Guest, client: Client, monkeypatch: Any) -> None:
    guest()
    url, later = link_in_mail(), clock.now() + timedelta(hours=3)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert client.get(url).status_code == 410


def test_waiting_page_is_told_of_the_answer(kiosk: Client, guest: Guest, client: Client, cast: Cast) -> None:
    """The kiosk's page polls: 204 while nothing is new, the pass once the household said yes."""
    url = "/kiosk/visit/new/guest"
    for answer in ({"building": "3", "room": "1204"}, {"phone": "13800135678"}, {"purpose": "friend"}):
        url = kiosk.send(url, answer).location
    poll = kiosk.page(url).select_one("#visit-pass")["hx-get"]
    assert kiosk.get(poll, headers={"HX-Request": "true"}).status_code == 204
    client.submit(f"{link_in_mail()}/approval")
    part = kiosk.get(poll, headers={"HX-Request": "true"})
    assert part.status_code == 200
    assert "住户已同意" in part.text
    assert "<html" not in part.text
    assert "hx-get" not in part.text
