from datetime import datetime, timedelta
from typing import Any

import pytest
from time_machine import TimeMachineFixture

from portal import clock, timeline
from portal.db import db
from portal.notices import operations, queries
from portal.notices.models import MOVES, Notice, State
from portal.notices.operations import NotAllowedError, TooLateError
from tests.cast import Cast

VALUES = {
    "category": "outage",
    "title": "11月25日停水通知",
    "title_en": "Water off on 25 November",
    "body": "9:00 至 12:00 停水，请提前储水。",
    "body_en": "No water from 9:00 to 12:00.",
    "starts_at": "",
    "ends_at": "",
}


def draft(cast: Cast, **values: Any) -> Notice:
    given = {**VALUES, "pinned": False, "starts_at": None, "ends_at": None, **values}
    return operations.draft(cast.community, given, cast["manager"].actor)


def test_a_draft_is_on_no_board_until_it_is_published(cast: Cast, signed_in: Any, kiosk: Any) -> None:
    """NOT-1: matters that touch owners' rights are published, at the kiosk and on the web."""
    desk = signed_in("receptionist")
    desk.submit("/notices/new", VALUES)
    notice = db.session.query(Notice).one()
    web = f"/board/{cast.community.code}"
    assert VALUES["title"] not in kiosk.page("/kiosk/board").text
    assert VALUES["title"] not in kiosk.page(web).text
    kiosk.page(f"{web}/{notice.id}", status=404)
    desk.submit(f"/notices/{notice.id}/publication")
    assert VALUES["title"] in kiosk.page("/kiosk/board").text
    assert VALUES["title"] in kiosk.page(web).text
    assert VALUES["body"] in kiosk.page(f"{web}/{notice.id}").text
    assert [entry.verb for entry in timeline.history(notice)] == ["drafted", "published"]
    assert "今日 1 条新公告" in kiosk.page("/kiosk/").text


def test_it_hangs_from_its_start_to_its_end(cast: Cast, kiosk: Any, time_machine: TimeMachineFixture) -> None:
    """NOT-1"""
    now = clock.now()
    notice = draft(cast, starts_at=now + timedelta(hours=1), ends_at=now + timedelta(hours=3))
    operations.publish(notice, cast["manager"].actor)
    db.session.commit()
    seen = {}
    for hours in (0, 2, 4):
        at = now + timedelta(hours=hours)
        time_machine.move_to(at, tick=False)
        seen[hours] = bool(queries.board(cast.community.id))
    assert seen == {0: False, 2: True, 4: False}
    assert "已到期" in kiosk.page(f"/board/{cast.community.code}/{notice.id}").text


def test_a_correction_visibly_supersedes(cast: Cast, signed_in: Any, kiosk: Any) -> None:
    """NOT-1: who saw the old one sees at once what was wrong; the old address leads to the new."""
    old = draft(cast)
    operations.publish(old, cast["manager"].actor)
    db.session.commit()
    desk = signed_in("manager")
    given = {**VALUES, "title": "停水改到 14:00", "correction": "停水时间由 9:00 改为 14:00。"}
    desk.submit(f"/notices/{old.id}/correction", given)
    new = db.session.query(Notice).filter_by(supersedes_id=old.id).one()
    web = f"/board/{cast.community.code}"
    assert VALUES["title"] in kiosk.page(web).text, "until the correction is published the old one stands"
    desk.submit(f"/notices/{new.id}/publication")
    board = kiosk.page(web).text
    assert "停水改到 14:00" in board and VALUES["title"] not in board
    assert "停水时间由 9:00 改为 14:00。" in kiosk.page(f"{web}/{new.id}").select_one(".correction").text
    gone = kiosk.page(f"{web}/{old.id}")
    assert "这条公告已更正" in gone.text and gone.select_one(f'a[href="{web}/{new.id}"]')
    assert "停水改到 14:00" in kiosk.page(f"/kiosk/board/{old.id}").text
    assert timeline.history(old)[-1].reason == "停水时间由 9:00 改为 14:00。"


def test_a_correction_says_what_was_wrong(cast: Cast, signed_in: Any) -> None:
    old = draft(cast)
    operations.publish(old, cast["manager"].actor)
    db.session.commit()
    page = signed_in("manager").submit(f"/notices/{old.id}/correction", {**VALUES, "correction": " "}, status=422)
    assert "请写明原公告哪里不对" in page.select_one("#correction-error").text


@pytest.mark.parametrize("state", list(State))
@pytest.mark.parametrize("to", list(State))
def test_only_the_tables_moves(cast: Cast, state: State, to: State) -> None:
    notice = draft(cast)
    notice.state = state
    db.session.flush()
    verbs: dict[State, Any] = {
        State.PUBLISHED: lambda: operations.publish(notice, cast["manager"].actor),
        State.EXPIRED: lambda: operations.end(notice, cast["manager"].actor, "完成"),
    }
    verb = verbs.get(to, lambda: operations._move(notice, to, cast["manager"].actor))
    if to in MOVES[state]:
        verb()
        assert notice.state == to
    else:
        with pytest.raises(NotAllowedError):
            verb()
        assert notice.state == state


def test_what_is_published_is_not_edited(cast: Cast, signed_in: Any) -> None:
    notice = draft(cast)
    operations.publish(notice, cast["manager"].actor)
    db.session.commit()
    page = signed_in("manager").submit(f"/notices/{notice.id}/edit", {**VALUES, "title": "改了"})
    assert "状态已经变了" in page.text
    assert db.session.get(Notice, notice.id).title == VALUES["title"]


def test_nothing_is_published_past_its_end(cast: Cast, signed_in: Any) -> None:
    notice = draft(cast, ends_at=clock.now() - timedelta(minutes=1))
    with pytest.raises(TooLateError):
        operations.publish(notice, cast["manager"].actor)
    page = signed_in("manager").submit(f"/notices/{notice.id}/publication")
    assert "结束时间已经过了" in page.text


def test_an_end_before_the_start_is_refused(cast: Cast, signed_in: Any) -> None:
    given = {**VALUES, "starts_at": "2026-12-02T09:00", "ends_at": "2026-12-01T09:00"}
    page = signed_in("manager").submit("/notices/new", given, status=422)
    assert "结束时间要晚于开始时间" in page.select_one("#ends_at-error").text


def test_times_are_the_estates(cast: Cast, signed_in: Any) -> None:
    signed_in("manager").submit("/notices/new", {**VALUES, "starts_at": "2026-12-01T09:00"})
    notice = db.session.query(Notice).one()
    assert notice.starts_at == datetime(2026, 12, 1, 9, tzinfo=clock.CHINA)
    edited = signed_in("manager").page(f"/notices/{notice.id}/edit")
    assert edited.select_one("#starts_at")["value"] == "2026-12-01T09:00"


def test_taken_down_with_a_reason(cast: Cast, signed_in: Any, kiosk: Any) -> None:
    notice = draft(cast)
    operations.publish(notice, cast["manager"].actor)
    db.session.commit()
    desk = signed_in("manager")
    desk.submit(f"/notices/{notice.id}/end", {"reason": ""}, status=422)
    desk.submit(f"/notices/{notice.id}/end", {"reason": "提前恢复供水"})
    assert VALUES["title"] not in kiosk.page("/kiosk/board").text
    assert timeline.history(notice)[-1].reason == "提前恢复供水"


def test_pinned_first_then_the_newest(cast: Cast, signed_in: Any, time_machine: TimeMachineFixture) -> None:
    start = clock.now()
    for number, title in enumerate(("甲", "乙", "丙")):
        at = start + timedelta(minutes=number)
        time_machine.move_to(at, tick=False)
        operations.publish(draft(cast, title=title), cast["manager"].actor)
    db.session.commit()
    first = db.session.query(Notice).filter_by(title="甲").one()
    signed_in("manager").submit(f"/notices/{first.id}/pin", {"pinned": "yes"})
    assert [notice.title for notice in queries.board(cast.community.id)] == ["甲", "丙", "乙"]


@pytest.mark.parametrize(("who", "status"), [("technician", 403), ("guard", 403), ("outsider", 404)])
def test_who_may_not_publish(cast: Cast, signed_in: Any, who: str, status: int) -> None:
    notice = draft(cast)
    db.session.commit()
    assert signed_in(who).send(f"/notices/{notice.id}/publication").status_code == status
    assert db.session.get(Notice, notice.id).state == State.DRAFT


def test_another_estates_board_does_not_show_it(cast: Cast, client: Any) -> None:
    notice = draft(cast)
    operations.publish(notice, cast["manager"].actor)
    db.session.commit()
    client.page(f"/board/{cast.other_community.code}/{notice.id}", status=404)
    client.page("/board/nowhere", status=404)


def test_in_english(cast: Cast, kiosk: Any) -> None:
    notice = draft(cast)
    operations.publish(notice, cast["manager"].actor)
    db.session.commit()
    kiosk.submit("/kiosk/language", {"language": "en"})
    page = kiosk.page(f"/kiosk/board/{notice.id}")
    assert "Water off on 25 November" in page.text and page.html["lang"] == "en"
