from datetime import timedelta
from typing import Any

import pytest

from portal import clock, timeline
from portal.cases.models import Case
from portal.db import db
from portal.people.models import Unit
from portal.standards.queries import open_promises
from tests import factories
from tests.cast import Cast
from tests.kiosk.talk import AT_HOME, code_on, only_case, report, say


def test_a_repair_at_home(cast: Cast, kiosk: Any) -> None:
    """CASE-1, CASE-10: the kiosk is a channel like any other; the receipt says number, code, QR and by when."""
    page = report(kiosk, "repair", *AT_HOME)
    case = only_case()
    assert (case.kind, case.channel, case.unit_id, case.category) == ("repair", "kiosk", cast.unit.id, "leak")
    assert (case.title, case.detail, case.urgent) == ("漏水", "厨房，一直这样", False)
    assert (case.caller_phone, case.person_id) == ("13800135678", cast.owner.id)
    main = page.select_one("main").text
    assert f"已收到，单号 {case.number}" in main
    promise = next(one for one in open_promises(case) if one.clock == "word")
    assert "前联系您" in main and promise.standard.name in main and promise.standard_key == "REP-2"
    assert len(code_on(page)) == 8 and page.select_one("svg.qr")
    assert timeline.history(case)[0].actor_name == "大堂终端 1 栋大堂"


def test_the_one_who_lives_there_hears_by_mail(cast: Cast, kiosk: Any) -> None:
    """CASE-1: known by number and home, so the same person is told by mail as well."""
    report(kiosk, "repair", *AT_HOME)
    assert [one.email for one in only_case().subscribers] == ["wang@example.test"]


def test_somebody_elses_number_names_nobody(cast: Cast, kiosk: Any) -> None:
    """The roster is not a telephone book: the kiosk never says whose number it is."""
    stranger = factories.person(cast.community, "李四", "13900139000", email="li@example.test")
    page = report(kiosk, "repair", *AT_HOME[:5], {"phone": "13900139000"}, {"name": ""})
    assert only_case().person_id is None and only_case().subscribers == []
    assert stranger.name not in page.text and cast.owner.name not in page.text


@pytest.mark.parametrize(
    ("what", "asked"),
    [
        ("burst", False),
        ("power", False),
        ("gas", False),
        ("trapped", False),
        ("leak", True),
        ("lock", True),
        ("other", True),
    ],
)
def test_urgency_is_asked_only_where_it_is_not_plain(cast: Cast, kiosk: Any, what: str, asked: bool) -> None:
    """REP-1: safety or basic living is asked plainly; no water or power needs no question."""
    page = say(kiosk, "repair", *AT_HOME[:2], {"what": what}, {"words": "就是这样"})
    assert bool(page.select_one("[name=urgent]")) is asked
    assert bool(page.select_one("[name=phone]")) is not asked


def test_an_urgent_repair_promises_to_be_on_site(cast: Cast, kiosk: Any) -> None:
    """REP-1: dispatched at once, on site within four hours."""
    answers = (*AT_HOME[:4], {"urgent": "yes"}, *AT_HOME[5:])
    page = report(kiosk, "repair", *answers)
    case = only_case()
    promise = next(one for one in open_promises(case) if one.clock == "on_site")
    assert case.urgent and timedelta() <= promise.due_at - case.received_at - timedelta(hours=4) < timedelta(seconds=5)
    assert "前到场" in page.text and "已通知值班人员" in page.text and "0755-8888 1234" in page.text


def test_in_a_public_area(cast: Cast, kiosk: Any) -> None:
    """CASE-1: a lift has no owner; building and place go to the desk."""
    page = report(
        kiosk,
        "repair",
        {"where": "public"},
        {"place": "lift"},
        {"building": "3 栋"},
        {"what": "lift"},
        {"words": ""},
        {"urgent": "no"},
        {"phone": "0755-88881234"},
        {"name": "小周"},
    )
    case = only_case()
    assert (case.unit_id, case.place, case.title) == (None, "3 栋 电梯", "电梯异响")
    assert (case.caller_name, case.caller_phone) == ("小周", "075588881234")
    assert case.number in page.text


@pytest.mark.parametrize("room", ["3栋1204", "3-1204", "3 1204", "31204"])
def test_a_door_as_people_type_it(cast: Cast, kiosk: Any, room: str) -> None:
    page = say(kiosk, "repair", {"where": "home"}, {"room": room})
    assert page.select_one("[name=what]")


def test_a_door_that_is_not_there(cast: Cast, kiosk: Any) -> None:
    say(kiosk, "repair", {"where": "home"})
    page = kiosk.submit("/kiosk/repair/room", {"room": "9栋9999"}, status=422)
    assert "没有找到这一户" in page.select_one("#room-error").text
    assert page.select_one("#room")["value"] == "9栋9999"


def test_several_doors_of_one_number(cast: Cast, kiosk: Any) -> None:
    """Two sections with the same room: both are offered, a tap decides."""
    house = cast.unit.building
    for section in ("1", "2"):
        db.session.add(
            Unit(
                community_id=cast.community.id,
                building_id=house.id,
                code=f"3-{section}-0501",
                section=section,
                number="0501",
            )
        )
    say(kiosk, "repair", {"where": "home"})
    page = kiosk.submit("/kiosk/repair/room", {"room": "3栋0501"}, status=422)
    offered = {button.text: button["value"] for button in page.select("button.choice")}
    assert offered == {"3 栋 1 单元 0501": "3-1-0501", "3 栋 2 单元 0501": "3-2-0501"}
    assert kiosk.submit("/kiosk/repair/room", {"room": "3-2-0501"}).select_one("[name=what]")


@pytest.mark.parametrize("phone", ["", "138", "abc", "138001356789"])
def test_a_number_that_cannot_be_called(cast: Cast, kiosk: Any, phone: str) -> None:
    say(kiosk, "repair", *AT_HOME[:5])
    page = kiosk.submit("/kiosk/repair/phone", {"phone": phone}, status=422)
    assert "这个号码不完整" in page.select_one("#phone-error").text


def test_other_needs_words(cast: Cast, kiosk: Any) -> None:
    say(kiosk, "repair", *AT_HOME[:2], {"what": "other"})
    page = kiosk.submit("/kiosk/repair/words", {"words": " "}, status=422)
    assert "请写几个字" in page.select_one("#words-error").text


def test_check_answers_then_change_one(cast: Cast, kiosk: Any) -> None:
    """Check answers: each can be changed and leads back to the check."""
    check = say(kiosk, "repair", *AT_HOME)
    shown = {row.dt.text: row.dd.text for row in check.select(".checks > div")}
    assert shown["房号"] == "3 栋 1204" and shown["什么事"] == "漏水" and shown["电话"] == "13800135678"
    assert shown["称呼"] == "没有写"
    again = kiosk.submit("/kiosk/repair/phone", {"phone": "13900139000"})
    assert "13900139000" in again.select_one(".checks").text


def test_a_changed_answer_may_ask_anew(cast: Cast, kiosk: Any) -> None:
    say(kiosk, "repair", *AT_HOME)
    page = kiosk.submit("/kiosk/repair/where", {"where": "public"})
    assert page.select_one("[name=place]")


def test_a_double_tap_makes_one_case(cast: Cast, kiosk: Any) -> None:
    """Browser back never repeats an act: sent again, it is the same receipt."""
    first = report(kiosk, "repair", *AT_HOME)
    second = kiosk.submit("/kiosk/repair/check")
    assert db.session.query(Case).count() == 1
    assert code_on(second) == code_on(first)


def test_back_from_the_receipt_does_not_lead_into_the_old_answers(cast: Cast, kiosk: Any) -> None:
    report(kiosk, "repair", *AT_HOME)
    assert kiosk.get("/kiosk/repair/check").location == "/kiosk/repair/done"
    page = kiosk.page("/kiosk/repair/phone", follow_redirects=True)
    assert page.select_one("[name=where]") and "13800135678" not in page.text


def test_nothing_is_sent_before_everything_is_said(cast: Cast, kiosk: Any) -> None:
    say(kiosk, "repair", *AT_HOME[:3])
    page = kiosk.submit("/kiosk/repair/check")
    assert page.select_one("[name=words]") and db.session.query(Case).count() == 0


def test_a_question_is_not_skipped_by_its_address(cast: Cast, kiosk: Any) -> None:
    page = kiosk.page("/kiosk/repair/phone", follow_redirects=True)
    assert page.select_one("[name=where]")


def test_an_option_that_is_not_offered(cast: Cast, kiosk: Any) -> None:
    kiosk.submit("/kiosk/repair/where", {"where": "moon"}, status=422)
    assert db.session.query(Case).count() == 0


def test_after_a_quarter_of_an_hour_it_is_forgotten(cast: Cast, kiosk: Any, time_machine: Any) -> None:
    say(kiosk, "repair", *AT_HOME)
    time_machine.move_to(clock.now() + timedelta(minutes=16))
    assert kiosk.get("/kiosk/repair/check").location == "/kiosk/"


def test_in_english_the_staff_still_read_chinese(cast: Cast, kiosk: Any) -> None:
    kiosk.submit("/kiosk/language", {"language": "en"})
    report(kiosk, "repair", *AT_HOME)
    assert only_case().title == "漏水" and only_case().caller_language in ("zh", "en")
