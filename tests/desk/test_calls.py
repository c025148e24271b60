import contextvars
from datetime import timedelta
from threading import Barrier, Thread
from typing import Any

from flask import Flask
from time_machine import TimeMachineFixture

from portal import clock, timeline
from portal.db import db
from portal.desk import operations
from portal.desk.models import KioskCall
from portal.people.models import User
from tests.cast import Cast

HX = {"HX-Request": "true"}


def ring(kiosk: Any) -> KioskCall:
    kiosk.submit("/kiosk/call")
    return db.session.query(KioskCall).one()


def test_a_call_rings_until_taken(cast: Cast, kiosk: Any, signed_in: Any) -> None:
    """CASE-16: calling the desk rings on every page of the desk until somebody takes it."""
    desk = signed_in("receptionist")
    assert not desk.page("/desk/calls", headers=HX).select("[data-ring]")
    call = ring(kiosk)
    shown = desk.page("/desk/calls", headers=HX)
    assert shown.select_one("[data-ring]")["data-ring"] == "1 栋大堂 呼叫前台"
    desk.submit(f"/desk/calls/{call.id}/taking", headers=HX)
    assert not desk.page("/desk/calls", headers=HX).select("[data-ring]")
    assert "林晓 正在过来" in kiosk.page(f"/kiosk/call/{call.id}").text


def test_nothing_new_is_a_204(kiosk: Any, signed_in: Any) -> None:
    desk = signed_in("receptionist")
    seen = desk.page("/desk/calls", headers=HX).select_one("#desk-calls")["hx-get"]
    assert desk.get(seen, headers=HX).status_code == 204
    ring(kiosk)
    assert desk.get(seen, headers=HX).status_code == 200


def test_the_second_is_told_who_went(cast: Cast, kiosk: Any, signed_in: Any) -> None:
    call = ring(kiosk)
    signed_in("receptionist").submit(f"/desk/calls/{call.id}/taking")
    page = signed_in("manager").submit(f"/desk/calls/{call.id}/taking")
    assert "林晓 已经去 1 栋大堂 了。" in page.text
    db.session.refresh(call)
    assert call.taken_by_id == cast["receptionist"].id


def test_ten_who_press_at_once_one_goes(app: Flask, cast: Cast, kiosk: Any) -> None:
    """One conditional update decides: one taker, one line of history."""
    call_id, user_id, start = ring(kiosk).id, cast["receptionist"].id, Barrier(10)
    db.session.commit()
    first: list[bool] = []

    def press() -> None:
        with app.app_context():
            start.wait()
            call, user = db.session.get_one(KioskCall, call_id), db.session.get_one(User, user_id)
            first.append(operations.take(call, user))
            db.session.commit()

    threads = [Thread(target=contextvars.Context().run, args=(press,)) for _number in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(first) == [False] * 9 + [True]
    call = db.session.get_one(KioskCall, call_id)
    assert [entry.verb for entry in timeline.history(call)] == ["called", "taken"]


def test_two_taps_are_one_call(kiosk: Any) -> None:
    ring(kiosk)
    ring(kiosk)


def test_nobody_comes_for_two_minutes(cast: Cast, kiosk: Any, time_machine: TimeMachineFixture) -> None:
    """CASE-16: then the kiosk shows the 24 h number, and goes on ringing."""
    call = ring(kiosk)
    shown = kiosk.page(f"/kiosk/call/{call.id}")
    assert "已通知前台，请稍候。" in shown.text
    poll = shown.select_one("#calling")["hx-get"]
    assert kiosk.get(poll, headers=HX).status_code == 204
    later = clock.now() + timedelta(minutes=2)
    time_machine.move_to(later, tick=False)
    late = kiosk.page(poll, headers=HX)
    assert "请打 24 小时电话" in late.text and "0755-8888 1234" in late.text
    assert late.select_one("#calling")["hx-get"]


def test_the_person_needs_nobody_any_more(kiosk: Any, signed_in: Any) -> None:
    call = ring(kiosk)
    kiosk.submit(f"/kiosk/call/{call.id}/end")
    page = signed_in("receptionist").submit(f"/desk/calls/{call.id}/taking")
    assert "客户已取消呼叫" in page.text
    db.session.refresh(call)
    assert call.taken_by_id is None


def test_another_estate_neither_sees_nor_takes_it(kiosk: Any, signed_in: Any) -> None:
    call, outsider = ring(kiosk), signed_in("outsider")
    assert not outsider.page("/desk/calls", headers=HX).select("[data-ring]")
    assert outsider.send(f"/desk/calls/{call.id}/taking").status_code == 404


def test_the_history_says_who_went_and_how_long_it_took(
    kiosk: Any, signed_in: Any, time_machine: TimeMachineFixture
) -> None:
    call = ring(kiosk)
    later = clock.now() + timedelta(seconds=75)
    time_machine.move_to(later, tick=False)
    desk = signed_in("receptionist")
    desk.submit(f"/desk/calls/{call.id}/taking")
    row = desk.page("/desk/calls/history").select_one("tbody tr").text
    assert "1 栋大堂" in row and "林晓" in row and "1 分 1" in row


def test_another_kiosk_does_not_see_the_call(app: Flask, cast: Cast, kiosk: Any) -> None:
    call = ring(kiosk)
    other: Any = app.test_client()
    other.enrol(cast.community, "2 栋大堂")
    other.page(f"/kiosk/call/{call.id}", status=404)
