"""Making, keeping, renewing, pausing, handing over and ending a promise, and every move that is not allowed."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
import time_machine

from portal import clock, timeline
from portal.clock import CHINA
from portal.db import db
from portal.standards import operations, queries
from portal.standards.models import DayKind, Promise, PromiseState
from portal.standards.moves import MOVES, MoveError
from portal.timeline import Actor
from tests.cast import Cast
from tests.standards.conftest import START, Promised

HOUR = timedelta(hours=1)


def verbs_of(promise: Promise) -> list[str]:
    return [entry.verb for entry in timeline.history(promise)]


def state(promise: Promise) -> PromiseState:
    return promise.state(clock.now())


def test_hours_are_counted_from_receipt(promised: Promised, cast: Cast) -> None:
    """CASE-5: answered within 12 hours; the promise keeps who, when, by which number and whose number."""
    made = promised("CASE-5")
    assert made.due_at == made.first_due_at == START + 12 * HOUR
    assert (made.amount, made.of_the_manual, made.own_time) == (12, True, False)
    assert (made.subject_type, made.subject_id, made.label) == ("unit", cast.unit.id, "3 栋 1204")
    assert made.owner_id == cast["receptionist"].id and state(made) == PromiseState.OPEN
    entry = timeline.history(made)[0]
    assert (entry.verb, entry.actor_name, entry.became) == ("promised", "林晓", "2026-03-03 21:00")


@pytest.mark.parametrize(
    ("key", "due"),
    [
        ("CASE-6", "2026-03-05 20:00"),  # 2 working days: until the desk closes
        ("CASE-7.seen", "2026-03-03 11:00"),
        ("CASE-7.forwarded", "2026-03-03 10:00"),
        ("CASE-11", "2026-03-03 21:00"),
        ("CASE-3", "2026-03-04 20:00"),
        ("REP-1.dispatch", "2026-03-03 09:10"),
        ("REP-1.on-site", "2026-03-03 13:00"),
        ("REP-2", "2026-03-04 20:00"),
        ("REP-2.warranty", "2026-03-04 09:00"),
        ("REP-4", "2026-03-04 20:00"),
        ("PROC-1", "2026-03-06 20:00"),
        ("EMG-2", "2026-03-03 09:30"),
    ],
)
def test_each_number_of_the_manual(promised: Promised, key: str, due: str) -> None:
    """CASE-3, CASE-6, CASE-7, CASE-11, REP-1, REP-2, REP-4, PROC-1, EMG-2: the register's numbers make the due time."""
    assert clock.local(promised(key).due_at).isoformat(" ")[:16] == due


def test_working_days_end_when_this_desk_closes(promised: Promised, cast: Cast) -> None:
    """CASE-6: the close of the community's own desk, and its own day off."""
    cast.community.desk_closes = datetime(2026, 1, 1, 18, 30, tzinfo=CHINA).time()
    operations.set_day(
        cast.community.id, START.date() + timedelta(days=1), DayKind.HOLIDAY, "停电", "检修", timeline.SYSTEM
    )
    assert clock.local(promised("CASE-6").due_at) == datetime(2026, 3, 6, 18, 30, tzinfo=CHINA)


def test_the_communitys_number_counts(promised: Promised, cast: Cast, clerk: Actor) -> None:
    """CASE-5: a tightened standard makes an earlier promise; one made before stays as it was told."""
    before = promised("CASE-5")
    operations.set_standard(cast.community.id, "CASE-5", 6, "业主大会要求", clerk)
    after = promised("CASE-5")
    assert (before.due_at, after.due_at) == (START + 12 * HOUR, START + 6 * HOUR)
    assert (after.amount, after.of_the_manual) == (6, False)


def test_a_person_may_give_the_time(promised: Promised) -> None:
    """CASE-2: the first person asked gives a time, as short as can be."""
    made = promised("CASE-2.repair", due_at=START + 3 * HOUR, reason="客户下午在家")
    assert made.due_at == START + 3 * HOUR and made.own_time and made.reason == "客户下午在家"
    with pytest.raises(ValueError, match="ahead"):
        promised("CASE-2.repair", due_at=START)


def test_counted_from_when_it_appeared(promised: Promised, cast: Cast) -> None:
    """CASE-7: two hours after the post appeared, not after somebody saw it; a late sight is a break at once."""
    in_time = promised("CASE-7.seen", since=START - HOUR)
    assert (in_time.made_at, in_time.due_at, in_time.half_at) == (START, START + HOUR, START + HOUR / 2)
    late = promised("CASE-7.seen", since=START - 3 * HOUR)
    assert late.due_at == START - HOUR and state(late) == PromiseState.BROKEN and not late.own_time


def test_a_standard_without_a_clock_makes_no_promise(promised: Promised) -> None:
    with pytest.raises(ValueError, match="sets no clock"):
        promised("COM-9")
    with pytest.raises(KeyError):
        promised("CASE-99")


def test_past_the_published_calendar_it_says_so(
    promised: Promised, moved: time_machine.Traveller, seeded: None
) -> None:
    """CASE-6: what reaches into a year without published holidays is counted by weekdays, and marked."""
    assert not promised("CASE-6").beyond_calendar
    moved.move_to(datetime(2026, 12, 31, 10, tzinfo=CHINA))
    beyond = promised("CASE-6")
    assert beyond.beyond_calendar and clock.local(beyond.due_at) == datetime(2027, 1, 4, 20, tzinfo=CHINA)
    assert not promised("CASE-5").beyond_calendar


def test_keeping(promised: Promised, moved: time_machine.Traveller, clerk: Actor) -> None:
    """CASE-2: kept in time, at the last moment too."""
    made = promised()
    moved.move_to(made.due_at)
    operations.keep(made, clerk)
    assert state(made) == PromiseState.KEPT and made.kept_at == made.due_at and made.broken_at is None
    assert verbs_of(made) == ["promised", "kept"]


def test_keeping_late_leaves_the_break(promised: Promised, moved: time_machine.Traveller, clerk: Actor) -> None:
    """CASE-2: a second late is broken, whether the watch has been by or not."""
    made = promised()
    moved.move_to(made.due_at + timedelta(seconds=1))
    assert state(made) == PromiseState.BROKEN
    operations.keep(made, clerk)
    assert state(made) == PromiseState.KEPT_LATE and made.broken_at == made.due_at
    assert verbs_of(made) == ["promised", "broken", "kept_late"]


def test_a_time_told_afterwards_does_not_undo_a_break(
    promised: Promised, moved: time_machine.Traveller, clerk: Actor
) -> None:
    made = promised()
    moved.shift(13 * HOUR)
    operations.keep(made, clerk, at=START + 11 * HOUR)
    assert made.broken_at == made.due_at and made.kept_at == START + 11 * HOUR


@pytest.mark.parametrize("away", [-HOUR, HOUR])
def test_kept_neither_before_it_was_made_nor_in_the_future(promised: Promised, clerk: Actor, away: timedelta) -> None:
    with pytest.raises(ValueError, match="between"):
        operations.keep(promised(), clerk, at=START + away)


def test_a_new_time_is_a_new_promise(
    promised: Promised, moved: time_machine.Traveller, clerk: Actor, cast: Cast
) -> None:
    """CASE-2: a break never disappears: the new time has a reason and a row of its own."""
    old = promised()
    moved.shift(13 * HOUR)
    new = operations.renew(old, clock.now() + HOUR, "配件未到", clerk)
    assert old.broken_at == old.due_at and old.ended_at == clock.now() and old.renewed
    assert (new.renews_id, new.clock, new.standard_key, new.owner_id) == (old.id, "word", "CASE-5", old.owner_id)
    assert new.due_at == clock.now() + HOUR and new.reason == "配件未到" and state(new) == PromiseState.OPEN
    assert queries.open_promises(cast.unit) == [new] and queries.promises(cast.unit) == [old, new]


def test_a_pause_moves_everything_still_to_come(
    promised: Promised, moved: time_machine.Traveller, clerk: Actor
) -> None:
    """CASE-2: a pause needs a reason, moves the due time and is counted apart."""
    made = promised()
    times = made.half_at, made.lead_at, made.due_at, made.director_at
    moved.shift(HOUR)
    operations.pause(made, "等业主开门", clerk)
    moved.shift(30 * HOUR)
    assert state(made) == PromiseState.PAUSED
    operations.resume(made, clerk)
    assert (made.half_at, made.lead_at, made.due_at, made.director_at) == tuple(at + 30 * HOUR for at in times)
    assert made.first_due_at == times[2] and made.paused_for == 30 * HOUR and made.broken_at is None
    (stretch,) = made.pauses
    assert (stretch.reason, stretch.by, stretch.to_at) == ("等业主开门", "林晓", clock.now())
    assert verbs_of(made) == ["promised", "paused", "resumed"]


def test_keeping_a_paused_promise_ends_the_pause(
    promised: Promised, moved: time_machine.Traveller, clerk: Actor
) -> None:
    made = promised()
    operations.pause(made, "等配件", clerk)
    moved.shift(20 * HOUR)
    operations.keep(made, clerk)
    assert state(made) == PromiseState.KEPT and made.paused_for == 20 * HOUR and made.pauses[0].to_at


def test_a_broken_promise_cannot_be_paused(promised: Promised, moved: time_machine.Traveller, clerk: Actor) -> None:
    """A pause is no way around a break."""
    made = promised()
    moved.shift(13 * HOUR)
    with pytest.raises(MoveError):
        operations.pause(made, "等配件", clerk)


def test_handing_over(promised: Promised, cast: Cast, clerk: Actor) -> None:
    """CASE-2: who answers for it changes with a reason on record; the time stays."""
    made = promised()
    due = made.due_at
    operations.hand_over(made, cast["technician"].id, clerk, "换班")
    entry = timeline.history(made)[-1]
    assert made.owner_id == cast["technician"].id and made.due_at == due
    assert entry.reason == "换班" and entry.data == {"owner_was": cast["receptionist"].id, "owner": made.owner_id}


def test_ending(promised: Promised, moved: time_machine.Traveller, clerk: Actor) -> None:
    made = promised()
    moved.shift(13 * HOUR)
    operations.end(made, "并入另一单", clerk)
    assert state(made) == PromiseState.ENDED and made.end_reason == "并入另一单" and made.broken_at == made.due_at
    assert not made.renewed


def acts(cast: Cast, clerk: Actor) -> dict[str, Callable[[Promise], object]]:
    return {
        "keep": lambda row: operations.keep(row, clerk),
        "pause": lambda row: operations.pause(row, "原因", clerk),
        "resume": lambda row: operations.resume(row, clerk),
        "hand_over": lambda row: operations.hand_over(row, cast["manager"].id, clerk, "原因"),
        "renew": lambda row: operations.renew(row, clock.now() + HOUR, "原因", clerk),
        "end": lambda row: operations.end(row, "原因", clerk),
    }


@pytest.mark.parametrize("verb", ["keep", "pause", "resume", "hand_over", "renew", "end"])
@pytest.mark.parametrize("where", list(PromiseState))
def test_every_move(
    promised: Promised, moved: time_machine.Traveller, cast: Cast, clerk: Actor, where: PromiseState, verb: str
) -> None:
    """CASE-2: what the table of moves does not allow is refused and changes nothing."""
    made, act = promised(), acts(cast, clerk)
    if where in (PromiseState.BROKEN, PromiseState.KEPT_LATE):
        moved.shift(13 * HOUR)
    first = {PromiseState.PAUSED: "pause", PromiseState.ENDED: "end"}.get(where)
    first = "keep" if where in (PromiseState.KEPT, PromiseState.KEPT_LATE) else first
    if first:
        act[first](made)
    db.session.commit()
    assert state(made) == where
    resumed_first = where == PromiseState.PAUSED and verb in ("keep", "renew", "end")
    if where in MOVES[verb] or resumed_first:
        act[verb](made)
        assert state(made) == MOVES[verb][PromiseState.OPEN if resumed_first else where]
        return
    before = len(timeline.history(made))
    with pytest.raises(MoveError):
        act[verb](made)
    db.session.rollback()
    assert state(made) == where and len(timeline.history(made)) == before


@pytest.mark.parametrize("verb", ["pause", "renew", "end"])
def test_a_reason_is_needed(promised: Promised, clerk: Actor, verb: str) -> None:
    made = promised()
    without: dict[str, Callable[[], object]] = {
        "pause": lambda: operations.pause(made, " ", clerk),
        "renew": lambda: operations.renew(made, START + HOUR, "", clerk),
        "end": lambda: operations.end(made, "", clerk),
    }
    with pytest.raises(ValueError, match="reason"):
        without[verb]()


def test_everything_that_changed_a_clock(
    promised: Promised, moved: time_machine.Traveller, clerk: Actor, cast: Cast
) -> None:
    """CASE-15: who, when and why, for one case and for the whole community by time."""
    made = promised()
    moved.shift(HOUR)
    operations.pause(made, "等配件", clerk)
    moved.shift(24 * HOUR)
    operations.resume(made, clerk)
    db.session.commit()
    assert [entry.verb for entry, _ in queries.changes_of(cast.unit)] == ["promised", "paused", "resumed"]
    first_day = queries.changes(cast.community.id, START - HOUR, START + 2 * HOUR)
    assert [(entry.verb, promise.id) for entry, promise in first_day] == [("paused", made.id), ("promised", made.id)]
    assert queries.changes(cast.other_community.id, START - HOUR, START + 48 * HOUR) == []
    assert queries.open_promises_of("unit", [cast.unit.id, cast.neighbour.id]) == {cast.unit.id: [made]}


def test_sql_and_python_say_the_same(
    promised: Promised, moved: time_machine.Traveller, clerk: Actor, cast: Cast
) -> None:
    """What is open, running or broken is told by Promise.state and, for lists, by the database: they agree."""
    made = [promised() for _ in range(7)]
    before, after = made[:3], made[3:]
    for act, row in zip(("keep", "pause", "end"), before, strict=True):
        acts(cast, clerk)[act](row)
    moved.shift(13 * HOUR)
    for act, row in zip(("keep", "renew", "end"), after, strict=False):
        acts(cast, clerk)[act](row)
    db.session.commit()
    rows, now = queries.promises(cast.unit), clock.now()
    assert {row.state(now) for row in rows} == set(PromiseState)

    def told(condition: sa.ColumnElement[bool]) -> set[int]:
        return set(db.session.scalars(sa.select(Promise.id).where(condition)))

    assert told(queries.is_open()) == {row.id for row in rows if row.is_open}
    running = (PromiseState.OPEN, PromiseState.BROKEN)
    assert told(queries.is_running()) == {row.id for row in rows if row.state(now) in running}
    broken = (PromiseState.BROKEN, PromiseState.KEPT_LATE)
    assert told(queries.is_broken(now)) == {row.id for row in rows if row.state(now) in broken or row.broken_at}
    assert told(Promise.broken_at.is_not(None)) < told(queries.is_broken(now))
