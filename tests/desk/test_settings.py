from datetime import time
from typing import Any

import pytest

from portal import timeline
from portal.db import db
from portal.desk.operations import open_hours
from portal.people.models import Community
from tests.cast import Cast

NUMBERS = {"phone_24h": "0755-8888 1234", "complaint_phone": "400-820-0001"}


@pytest.mark.parametrize(
    ("opens", "closes", "hours"),
    [("08:00", "20:00", 12), ("09:00", "18:30", 9.5), ("08:00", "00:00", 16), ("00:00", "00:00", 24)],
)
def test_how_long_the_desk_is_open(opens: str, closes: str, hours: float) -> None:
    assert open_hours(time.fromisoformat(opens), time.fromisoformat(closes)).total_seconds() == hours * 3600


def test_less_than_ten_hours_needs_a_reason(cast: Cast, signed_in: Any) -> None:
    """CASE-16: the desk is open at least 10 h a day; less is refused without a reason, and said beside the field."""
    hours = {"desk_opens": "09:00", "desk_closes": "18:30", **NUMBERS}
    page = signed_in("manager").submit("/desk/settings", {**hours, "reason": ""}, status=422)
    assert "前台每天不少于 10 小时（含节假日）。要短于它，请写明原因。" in page.select_one("#reason-error").text
    assert page.select_one("#desk_opens")["value"] == "09:00"
    assert db.session.get(Community, cast.community.id).desk_opens == time(8)


def test_with_a_reason_it_is_on_record_and_warned_of(cast: Cast, signed_in: Any) -> None:
    """CASE-16"""
    hours = {"desk_opens": "09:00", "desk_closes": "18:30", **NUMBERS, "reason": "大堂施工到月底"}
    page = signed_in("manager").submit("/desk/settings", hours)
    assert "现在每天开放 9.5 小时，标准是不少于 10 小时" in page.select_one(".notice-line").text
    entry = timeline.history(cast.community)[-1]
    assert (entry.was, entry.became, entry.reason) == ("08:00–20:00", "09:00–18:30", "大堂施工到月底")


def test_the_numbers_stand_at_kiosk_and_board(cast: Cast, signed_in: Any, kiosk: Any) -> None:
    """CASE-10, CASE-16: complaint telephone and 24 h number are published."""
    hours = {"desk_opens": "07:30", "desk_closes": "20:30", "reason": ""}
    signed_in("manager").submit(
        "/desk/settings", {**hours, "phone_24h": "0755-2222 3333", "complaint_phone": "400-111-2222"}
    )
    assert "0755-2222 3333" in kiosk.page("/kiosk/").text
    assert "400-111-2222" in kiosk.page("/kiosk/voice").text
    board = kiosk.page(f"/board/{cast.community.code}").text
    assert "0755-2222 3333" in board and "400-111-2222" in board and "07:30–20:30" in board


def test_bad_numbers_are_refused(cast: Cast, signed_in: Any) -> None:
    hours = {"desk_opens": "08:00", "desk_closes": "20:00", "reason": "", "complaint_phone": ""}
    page = signed_in("manager").submit("/desk/settings", {**hours, "phone_24h": "<script>"}, status=422)
    assert "电话只写数字" in page.select_one("#phone_24h-error").text


def test_a_receptionist_does_not_set_hours(cast: Cast, signed_in: Any) -> None:
    signed_in("receptionist").page("/desk/settings", status=403)


@pytest.mark.parametrize("role", ["administrator", "manager", "quality"])
def test_who_may_set_the_hours_and_numbers_finds_the_page(signed_in: Any, role: str) -> None:
    """CASE-16, CASE-10: in a new estate the administrator writes the 24 h number before the first kiosk stands."""
    client = signed_in(role)
    page = client.page("/standards/")
    assert page.select_one("nav a[href='/desk/settings']")
    page = client.page("/desk/settings")
    for link in page.select("main a[href]"):
        client.page(link["href"])
