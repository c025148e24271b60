"""The watch: who is told when, once, and what of a break stays."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
import time_machine

from jobs import watch as job
from portal import clock, timeline
from portal.clock import CHINA
from portal.db import db
from portal.outbox.models import Delivery, Message, MessageText, Notification
from portal.standards import operations
from portal.standards.models import Promise
from portal.timeline import Actor
from portal.watch import claims
from portal.watch.operations import Looked, look
from tests.cast import Cast

START = datetime(2026, 3, 3, 9, tzinfo=CHINA)
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


@pytest.fixture
def moved() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(START, tick=False) as traveller:
        yield traveller


@pytest.fixture
def clerk(cast: Cast) -> Actor:
    return cast["receptionist"].actor


@pytest.fixture
def promised(moved: time_machine.Traveller, cast: Cast, clerk: Actor) -> Callable[..., Promise]:
    """A promise of twelve hours (09:00 to 21:00) owned by the technician."""

    def make(**kwargs: Any) -> Promise:
        values = {"owner_id": cast["technician"].id, "label": "B-001 厨房漏水", "path": "/cases/1", **kwargs}
        row = operations.promise(cast.unit, "word", "CASE-5", actor=clerk, **values)
        db.session.commit()
        return row

    return make


def after(moved: time_machine.Traveller, hours: float) -> Looked:
    """Look once, that many hours after START."""
    moved.move_to(START + hours * HOUR)
    found = look()
    db.session.commit()
    return found


def mails() -> dict[str, set[str]]:
    """Template → the addresses it goes to."""
    found: dict[str, set[str]] = {}
    for template, address in db.session.execute(sa.select(Message.template, Delivery.address).join(Delivery)):
        found.setdefault(template, set()).add(address)
    return found


def told(name: str, cast: Cast) -> list[str]:
    query = sa.select(Notification.text).where(Notification.user_id == cast[name].id).order_by(Notification.id)
    return list(db.session.scalars(query))


def test_the_whole_way_of_a_forgotten_promise(
    promised: Callable[..., Promise], moved: time_machine.Traveller, cast: Cast
) -> None:
    """CASE-2: half of the time, the set lead, the break, the director; each once, and the break stays."""
    made = promised()
    assert after(moved, 5.9) == Looked(0, 0, 0, 0, 0)
    assert after(moved, 6) == Looked(0, 0, 0, 0, 1)
    assert mails() == {"promise_half": {"technician@yinghou.test"}}
    assert after(moved, 7) == Looked(0, 0, 0, 0, 0)
    assert after(moved, 11.5) == Looked(0, 0, 0, 1, 0)
    assert mails()["promise_lead"] == {"technician@yinghou.test"}
    assert after(moved, 12) == Looked(0, 0, 0, 0, 0)  # at the due time itself it is not late
    assert after(moved, 12.01) == Looked(1, 1, 0, 0, 0)
    assert mails()["promise_broken"] == {"manager@yinghou.test", "technician@yinghou.test"}
    assert after(moved, 12.9) == Looked(0, 0, 0, 0, 0)
    assert after(moved, 13) == Looked(0, 0, 1, 0, 0)
    assert mails()["promise_escalated"] == {"director@yinghou.test"}
    assert after(moved, 99) == Looked(0, 0, 0, 0, 0)
    assert made.broken_at == made.due_at == START + 12 * HOUR
    assert (made.reminded_half_at, made.reminded_lead_at) == (START + 6 * HOUR, START + 11.5 * HOUR)
    assert made.escalated_director_at == START + 13 * HOUR
    assert [entry.verb for entry in timeline.history(made)] == ["promised", "broken"]
    assert told("manager", cast) == ["承诺已超时：B-001 厨房漏水，原定 2026-03-03 21:00"]
    assert len(told("technician", cast)) == 3 and len(told("director", cast)) == 1


def test_words_and_link(promised: Callable[..., Promise], moved: time_machine.Traveller, cast: Cast) -> None:
    """CASE-2, CASE-5: the mail names the thing, the standard, the time, the owner, and leads to the page."""
    cast["technician"].language = "en"
    made = promised()
    after(moved, 12.1)
    texts = {row.language: row for row in db.session.scalars(sa.select(MessageText))}
    chinese = texts["zh"]
    assert chinese.subject == "承诺超时：B-001 厨房漏水，原定 2026-03-03 21:00"
    for word in ("答复 · CASE-5", "何师傅", "http://localhost/cases/1", "翠湖花园"):
        assert word in chinese.text and word in (chinese.html or "")
    assert "Answer · CASE-5" in texts["en"].text
    message = db.session.scalars(sa.select(Message)).one()
    assert (message.subject_type, message.subject_id) == ("unit", made.subject_id)


def test_reminders_lose_their_sense_at_the_due_time(
    promised: Callable[..., Promise], moved: time_machine.Traveller
) -> None:
    made = promised()
    after(moved, 6)
    assert db.session.scalars(sa.select(Message.expires_at)).one() == made.due_at


def test_what_is_kept_paused_or_ended_is_left_alone(
    promised: Callable[..., Promise], moved: time_machine.Traveller, clerk: Actor
) -> None:
    """CASE-2: nobody is reminded of what is done, and a paused clock stands still."""
    kept, paused, ended = promised(), promised(), promised()
    operations.keep(kept, clerk)
    operations.pause(paused, "等业主开门", clerk)
    operations.end(ended, "并入另一单", clerk)
    assert after(moved, 50) == Looked(0, 0, 0, 0, 0)
    operations.resume(paused, clerk)
    assert after(moved, 50) == Looked(0, 0, 0, 0, 0)
    assert after(moved, 56) == Looked(0, 0, 0, 0, 1)
    assert after(moved, 62.1) == Looked(1, 1, 0, 0, 0)


def test_a_watch_that_was_away_catches_up_once(promised: Callable[..., Promise], moved: time_machine.Traveller) -> None:
    """CASE-2: past the lead only the last reminder goes out; past everything the manager and the director."""
    promised()
    assert after(moved, 11.8) == Looked(0, 0, 0, 1, 0)
    promised()
    assert after(moved, 40) == Looked(2, 2, 2, 0, 0)


def test_a_break_made_good_before_the_look_is_told_all_the_same(
    promised: Callable[..., Promise], moved: time_machine.Traveller, clerk: Actor
) -> None:
    """CASE-2: neither a quick answer nor a new time hides a break from the manager."""
    good, renewed = promised(), promised()
    moved.move_to(START + 12 * HOUR + MINUTE)
    operations.keep(good, clerk)
    operations.renew(renewed, clock.now() + 20 * HOUR, "配件未到", clerk)
    assert after(moved, 12.5) == Looked(0, 2, 0, 0, 0)
    texts = list(db.session.scalars(sa.select(MessageText).order_by(MessageText.message_id)))
    assert "已在 2026-03-03 21:01 补上" in texts[0].text and "配件未到" in texts[1].text
    assert after(moved, 14) == Looked(0, 0, 0, 0, 0)  # nothing is owed by the old ones: no director


def test_without_an_owner_the_reception_is_reminded(
    promised: Callable[..., Promise], moved: time_machine.Traveller, cast: Cast
) -> None:
    """CASE-2: also where the owner's account has been closed."""
    promised(owner_id=None)
    promised()
    cast["technician"].disabled_at = clock.now()
    assert after(moved, 6).half == 2
    assert mails() == {"promise_half": {"receptionist@yinghou.test"}}
    assert len(told("receptionist", cast)) == 2


def test_where_there_is_no_manager_the_director_is_told(
    promised: Callable[..., Promise], moved: time_machine.Traveller, cast: Cast
) -> None:
    """CASE-2: a break is never told to nobody, and never to another community."""
    promised()
    cast["manager"].disabled_at = clock.now()
    after(moved, 12.1)
    assert mails()["promise_broken"] == {"director@yinghou.test", "technician@yinghou.test"}


def test_the_owner_without_an_address_finds_it_in_the_portal(
    promised: Callable[..., Promise], moved: time_machine.Traveller, cast: Cast
) -> None:
    cast["technician"].email = None
    promised()
    after(moved, 6)
    assert mails() == {} and told("technician", cast) == ["2026-03-03 21:00 前要给客户一个结果：B-001 厨房漏水"]


def test_a_communitys_own_lead(promised: Callable[..., Promise], moved: time_machine.Traveller, cast: Cast) -> None:
    """CASE-5: the lead is a setting; it never eats more than the last quarter of the time."""
    operations.set_standard(cast.community.id, "CASE-5", 12, "提前两小时提醒", timeline.SYSTEM, lead=120)
    assert promised().lead_at == START + 10 * HOUR
    operations.set_standard(cast.community.id, "CASE-5", 4, "再提前", timeline.SYSTEM, lead=230)
    assert promised().lead_at == START + 3 * HOUR


def test_many_at_once_take_few_queries(
    promised: Callable[..., Promise], moved: time_machine.Traveller, count_queries: Callable[..., Any]
) -> None:
    """Claims are set-based: no query grows with the promises that are not due."""
    for _ in range(30):
        promised()
    moved.move_to(START + 2 * HOUR)
    with count_queries() as counted:
        look()
    assert len(counted) <= 5


def test_after_a_long_absence_nobody_is_forgotten(
    promised: Callable[..., Promise], moved: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    """CASE-2: a look holds the database for a short time only; what it leaves over, the next looks do."""
    monkeypatch.setattr(claims, "TOLD", 2)
    for _ in range(5):
        promised()
    looks = [after(moved, 12.5) for _ in range(4)]
    assert [found.broken for found in looks] == [5, 0, 0, 0]
    assert [found.managers for found in looks] == [2, 2, 1, 0]


def test_the_job_looks_and_commits(promised: Callable[..., Promise], moved: time_machine.Traveller) -> None:
    made = promised()
    moved.move_to(START + 13 * HOUR)
    job.look()
    db.session.rollback()
    assert made.broken_at == made.due_at
