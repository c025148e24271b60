"""A walk-in at the kiosk: one question a page, least data, never twice."""

import sqlalchemy as sa

from portal.db import db
from portal.outbox.models import Message
from portal.timeline import history
from portal.visitors.models import Visit, VisitDraft
from tests.cast import Cast
from tests.client import Client


def visits() -> list[Visit]:
    return list(db.session.scalars(sa.select(Visit).order_by(Visit.id)))


def walk(kiosk: Client, kind: str, *answers: dict[str, str]) -> str:
    """Answer the questions one after the other; returns the address of the last page."""
    url = f"/kiosk/visit/new/{kind}"
    for answer in answers:
        response = kiosk.send(url, answer)
        assert response.status_code == 303, response.text
        url = response.location
    return url


GUEST = ({"building": "3", "room": "1204"}, {"phone": "138 0013 5678"}, {"purpose": "friend"})


def test_guest_is_asked_room_phone_and_purpose_and_waits_for_the_host(kiosk: Client, cast: Cast) -> None:
    """VIS-1, VIS-2: three questions; the household is asked; the page says who confirms and when data goes."""
    page = kiosk.page(walk(kiosk, "guest", *GUEST))
    (visit,) = visits()
    assert (visit.state, visit.kind, visit.unit_id, visit.phone, visit.purpose) == (
        "waiting",
        "guest",
        cast.unit.id,
        "13800135678",
        "friend",
    )
    text = page.get_text(" ", strip=True)
    assert "发邮件问 3 栋 1204" in text
    assert f"{visit.number[:4]} {visit.number[4:]}" in text
    assert visit.forget_on.isoformat() in text
    assert page.select_one("svg.qr")
    assert page.select_one("#visit-pass")["hx-get"]
    assert "13800135678" not in page.get_text()
    assert db.session.scalar(sa.select(Message.template)) == "visit_host"


def test_courier_gives_no_room_and_no_document_and_is_inside_at_once(kiosk: Client, cast: Cast) -> None:
    """VIS-1: each kind asks the least it needs (PIPL art. 6)."""
    page = kiosk.page(walk(kiosk, "courier", {"skip": "y"}, {"purpose": "sf"}))
    (visit,) = visits()
    assert (visit.state, visit.unit_id, visit.phone, visit.document) == ("inside", None, None, None)
    assert "登记好了，请进" in page.get_text()
    assert "证件" not in page.get_text()


def test_phone_that_a_kind_needs_cannot_be_skipped(kiosk: Client, cast: Cast) -> None:
    url = walk(kiosk, "guest", GUEST[0])
    page = kiosk.submit(url, {"skip": "y"}, 422)
    assert "请输入手机号码" in page.select_one("#phone-error").get_text()
    assert not page.select_one("[name=skip]")


def test_wrong_phone_stands_beside_its_field_and_is_kept(kiosk: Client, cast: Cast) -> None:
    page = kiosk.submit(walk(kiosk, "guest", GUEST[0]), {"phone": "1380013567"}, 422)
    assert "这个号码不对" in page.select_one("#phone-error").get_text()
    assert page.select_one("#phone")["value"] == "1380013567"


def test_unknown_room_offers_those_that_come_near(kiosk: Client, cast: Cast, houses: None) -> None:
    """VIS-1: a clear error beside the field, similar doors one tap away."""
    page = kiosk.submit("/kiosk/visit/new/guest", {"building": "3", "room": "1205"}, 422)
    assert "哪一户" in page.select_one("#room-error").get_text()
    near = [button.get_text(strip=True) for button in page.select("button[name=unit_id]")]
    assert "3 栋 1204" in near
    assert "3 栋 1203" in near
    unit_id = page.select_one("button[name=unit_id]")["value"]
    page = kiosk.submit("/kiosk/visit/new/guest", {"building": "3", "room": "1205", "unit_id": unit_id})
    assert "手机号码" in page.h2.get_text()


def test_room_of_another_estate_is_not_found(kiosk: Client, cast: Cast) -> None:
    page = kiosk.submit("/kiosk/visit/new/guest", {"unit_id": str(cast.other_unit.id)}, 422)
    assert "没有找到" in page.get_text()
    assert not visits()


def test_same_form_sent_again_leads_to_the_same_pass(kiosk: Client, cast: Cast) -> None:
    """Browser back never repeats an act."""
    url = walk(kiosk, "guest", *GUEST[:2])
    first, second = kiosk.send(url, GUEST[2]), kiosk.send(url, GUEST[2])
    assert first.location == second.location
    assert len(visits()) == 1
    assert kiosk.get(url).location == first.location


def test_going_back_keeps_the_answers_of_the_same_person(kiosk: Client, cast: Cast) -> None:
    url = walk(kiosk, "guest", *GUEST[:2])
    page = kiosk.page(url)
    back = page.select_one("footer a")["href"]
    assert kiosk.page(back).select_one("#phone")["value"] == "13800135678"


def test_next_person_finds_nothing(kiosk: Client, cast: Cast) -> None:
    """Trust: the kiosk forgets everything between two people."""
    first = walk(kiosk, "guest", *GUEST[:2])
    walk(kiosk, "courier", {"skip": "y"})
    page = kiosk.page(first, follow_redirects=True)
    assert "重新开始" in page.get_text()
    assert "13800135678" not in page.get_text()
    assert db.session.query(VisitDraft).count() == 1


def test_answers_under_way_are_encrypted(kiosk: Client, cast: Cast) -> None:
    walk(kiosk, "guest", *GUEST[:2])
    raw = db.session.execute(sa.text("select answers from visit_draft")).scalar_one()
    assert b"13800135678" not in bytes(raw)


def test_draft_of_another_kiosk_is_not_shown(kiosk: Client, cast: Cast, app) -> None:  # type: ignore[no-untyped-def]
    url = walk(kiosk, "guest", *GUEST[:2])
    other: Client = app.test_client()
    other.enrol(cast.community, "2 栋大堂")
    assert "重新开始" in other.page(url, follow_redirects=True).get_text()


def test_question_passed_over_is_asked_again(kiosk: Client, cast: Cast) -> None:
    url = walk(kiosk, "guest", GUEST[0])
    response = kiosk.send(url.replace("/phone", "/purpose"), {"purpose": "friend"})
    assert response.location.endswith("/phone")
    assert not visits()


def test_group_at_the_kiosk_waits_for_the_guard(kiosk: Client, cast: Cast) -> None:
    """VIS-3: an unannounced group is brought to the guard, with organisation and number of people."""
    answers = ({"organisation": "市住建局"}, {"people": "12"}, {"purpose": "inspect"})
    page = kiosk.page(walk(kiosk, "group", *answers))
    (visit,) = visits()
    assert (visit.state, visit.people, visit.group.organisation) == ("waiting", 12, "市住建局")
    assert "门岗" in page.get_text()
    assert [entry.verb for entry in history(visit)] == ["registered"]


def test_done_forgets(kiosk: Client, cast: Cast) -> None:
    url = walk(kiosk, "guest", *GUEST)
    assert kiosk.send("/kiosk/visit/done").status_code == 303
    assert kiosk.get(url).location == "/kiosk/visit"


def test_every_question_of_every_kind_can_be_read(kiosk: Client, cast: Cast) -> None:
    start = kiosk.page("/kiosk/visit")
    for tile in start.select("a.tile"):
        page = kiosk.page(tile["href"])
        assert ("30 天后删除" in page.get_text()) is (page.select_one("#organisation") is None)
    assert "敏感个人信息" in kiosk.page("/kiosk/visit/privacy").get_text()
    assert kiosk.get("/kiosk/visit/new/burglar").status_code == 404
