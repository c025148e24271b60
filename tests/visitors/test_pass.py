"""A pass from a pre-registration: its window, its estate, once or several times; signing out (VIS-1, VIS-2)."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from portal import clock
from portal.db import db
from portal.timeline import Actor, history
from portal.visitors.models import Visit
from portal.visitors.operations.registering import Told, book, pass_again
from tests.cast import Cast
from tests.client import Client

Guest = Callable[..., Visit]


@pytest.fixture
def expected(cast: Cast) -> Callable[..., Visit]:
    def make(starts: float = -1, ends: float = 4, **told: Any) -> Visit:
        now = clock.now()
        window = {"starts_at": now + timedelta(hours=starts), "ends_at": now + timedelta(hours=ends)}
        about = {"unit_id": cast.unit.id, "household_id": cast.household.id, "name": "李华", **window, **told}
        made = book(
            Told(kind="guest", **about), community=cast.community, channel="household", actor=Actor("3 栋 1204 住户")
        )
        db.session.commit()
        return made.visit

    return make


def show(kiosk: Client, code: str, status: int = 200) -> str:
    page = kiosk.submit("/kiosk/visit/code", {"code": code}, status)
    text: str = page.main.get_text(" ", strip=True)
    return text


def test_eight_digits_let_in(kiosk: Client, expected: Guest) -> None:
    """VIS-1: the number on the pass, with or without its gap."""
    visit = expected()
    assert "登记好了，请进" in show(kiosk, f" {visit.number[:4]} {visit.number[4:]} ")
    assert (visit.state, visit.entries) == ("inside", 1)
    assert visit.leave_by == visit.ends_at


def test_scanned_link_lets_in(kiosk: Client, expected: Guest) -> None:
    """VIS-1: a scanner types the address in the QR code."""
    visit = expected()
    token = pass_again(visit)
    assert "登记好了，请进" in show(kiosk, f"http://localhost/v/{token}\n")
    assert visit.state == "inside"


@pytest.mark.parametrize(("starts", "ends"), [(1, 4), (-4, -1)])
def test_outside_its_window_it_does_not_let_in(kiosk: Client, expected: Guest, starts: float, ends: float) -> None:
    visit = expected(starts, ends)
    assert "有效" in show(kiosk, visit.number, 422)
    assert visit.state == "expected"


def test_not_at_another_estate(app: Any, expected: Guest, cast: Cast) -> None:
    visit = expected()
    token = pass_again(visit)
    other: Client = app.test_client()
    other.enrol(cast.other_community)
    for code in (visit.number, token):
        assert "没有找到这个访客码" in show(other, code, 422)
    assert visit.state == "expected"


def test_once_means_once(kiosk: Client, expected: Guest) -> None:
    visit = expected()
    show(kiosk, visit.number)
    kiosk.submit("/kiosk/visit/leave", {"code": visit.number})
    assert visit.state == "left"
    assert "已经用过" in show(kiosk, visit.number, 422)


def test_several_times_within_its_window(kiosk: Client, expected: Guest, monkeypatch: Any) -> None:
    visit = expected(entries_allowed=99)
    for _time in range(3):
        show(kiosk, visit.number)
        kiosk.submit("/kiosk/visit/leave", {"code": visit.number})
    assert (visit.state, visit.entries) == ("left", 3)
    later = clock.now() + timedelta(hours=5)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert "有效" in show(kiosk, visit.number, 422)


def test_cancelled_pass_is_dead(kiosk: Client, expected: Guest, signed_in: Any) -> None:
    visit = expected()
    signed_in("guard").submit(f"/visitors/{visit.id}/cancellation", {"reason": "住户来电取消"})
    assert "已取消" in show(kiosk, visit.number, 422)


def test_unknown_code_and_empty_field(kiosk: Client, cast: Cast) -> None:
    assert "没有找到" in show(kiosk, "00000000", 422)
    assert "没有找到" in show(kiosk, "hello", 422)
    assert "8 位通行号" in show(kiosk, "", 422)


def test_codes_cannot_be_guessed_through(kiosk: Client, cast: Cast) -> None:
    """Trust: kiosk lookups are rate-limited."""
    answers = [kiosk.send("/kiosk/visit/code", {"code": f"{number:08}"}).status_code for number in range(31)]
    assert answers[0] == 422
    assert answers[-1] == 429


def test_waiting_visitor_finds_the_page_again(kiosk: Client, guest: Guest) -> None:
    visit = guest(phone="13912345678")
    assert "请稍等确认" in show(kiosk, visit.number)
    assert visit.state == "waiting"


def test_sign_out_by_phone_tail(kiosk: Client, guest: Guest) -> None:
    """VIS-2."""
    visit = guest("courier", phone="13912345678", unit_id=None, household_id=None)
    page = kiosk.submit("/kiosk/visit/leave", {"code": "5678"})
    assert "已签离" in page.get_text()
    assert visit.state == "left"
    assert visit.left_at is not None
    assert [entry.verb for entry in history(visit)] == ["registered", "entered", "left"]


def test_of_several_alike_the_visitor_chooses(kiosk: Client, guest: Guest) -> None:
    """VIS-2: the choice shows masks, and only those with that tail can be chosen."""
    one = guest(arrival="enter", phone="13912345678", name="李小龙")
    two = guest(arrival="enter", phone="13800005678")
    other = guest(arrival="enter", phone="13800001111")
    page = kiosk.submit("/kiosk/visit/leave", {"code": "5678"})
    buttons = {int(button["value"]): button.get_text(" ", strip=True) for button in page.select("[name=visit_id]")}
    assert set(buttons) == {one.id, two.id}
    assert "李**" in buttons[one.id]
    assert "1204" not in buttons[one.id]
    kiosk.submit("/kiosk/visit/leave", {"code": "5678", "visit_id": str(other.id)}, 422)
    kiosk.submit("/kiosk/visit/leave", {"code": "5678", "visit_id": str(two.id)})
    assert (one.state, two.state, other.state) == ("inside", "left", "inside")


def test_nobody_with_that_tail(kiosk: Client, guest: Guest) -> None:
    guest(phone="13912345678")  # waits, is not inside
    page = kiosk.submit("/kiosk/visit/leave", {"code": "5678"}, 422)
    assert "没有找到在内的访客" in page.select_one("#code-error").get_text()


def test_document_only_with_its_own_tick(kiosk: Client, cast: Cast) -> None:
    """PIPL art. 29: separate consent, not ticked beforehand; encrypted at rest; another way in exists."""
    url = "/kiosk/visit/new/guest"
    for answer in ({"building": "3", "room": "1204"}, {"phone": "13800135678"}, {"purpose": "friend"}):
        url = kiosk.send(url, answer).location
    page = kiosk.page(url.replace("/pass", "/document"))
    assert not page.select_one("#consent").has_attr("checked")
    number = "11010519491231002X"
    page = kiosk.submit(url.replace("/pass", "/document"), {"document": number}, 422)
    assert "没有您的同意" in page.get_text()
    visit = db.session.query(Visit).one()
    assert visit.document is None
    kiosk.submit(url.replace("/pass", "/document"), {"document": number, "consent": "y"})
    visit = db.session.query(Visit).one()
    assert visit.document == number
    assert visit.document_consent_at
    assert visit.masked_document == "1101**********002X"


def test_pass_page_follows_the_visit(client: Client, kiosk: Client, expected: Guest) -> None:
    visit = expected()
    url = f"/v/{pass_again(visit)}"
    page = client.page(url)
    assert page.select_one("svg.qr")
    assert "3 栋 1204" in page.get_text()
    poll = page.select_one("#pass")["hx-get"]
    assert client.get(poll).status_code == 204
    show(kiosk, visit.number)
    assert "已进入" in client.page(poll).get_text()
    assert client.get("/v/" + "x" * 32).status_code == 404
