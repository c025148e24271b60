"""Promises: made, kept, renewed, paused, handed over, ended. Every verb writes who, what, when and why.

A paused promise that is kept, renewed or ended is resumed first. One whose time has passed is written down as
broken first, at its due time, whether the watch has been by or not: a break never disappears.
"""

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from portal import clock as present
from portal import timeline
from portal.db import db
from portal.standards import calendar, moves, queries
from portal.standards.models import Pause, Promise, PromiseState
from portal.standards.register import Unit
from portal.timeline import Actor
from portal.web import exact

LOOK_AHEAD = timedelta(days=120)  # holidays within so many days more than the working days asked for
PATIENCE = 3  # calendar days looked ahead for each working day
CARRIED = ("community_id", "subject_type", "subject_id", "label", "path", "clock", "standard_key")
PLAIN = {Unit.MINUTES: timedelta(minutes=1), Unit.HOURS: timedelta(hours=1), Unit.DAYS: timedelta(days=1)}


def promise(
    subject: Any,
    clock: str,
    standard_key: str,
    owner_id: int | None,
    actor: Actor,
    *,
    due_at: datetime | None = None,
    reason: str | None = None,
    label: str | None = None,
    path: str | None = None,
    since: datetime | None = None,
) -> Promise:
    """Promise the customer of `subject` (a row with community_id) something by a time.

    The time is counted from the community's standard and working calendar, unless a person gives another
    (`due_at`; it has to lie ahead). `since`: counted from that moment in place of now, as where a post stood on a
    forum before anybody saw it (CASE-7); such a promise may be broken when it is made. `label` and `path` are what
    reminders call the subject and its page; without them the attributes `label` and `path` of the row are taken.
    CASE-2.
    """
    if subject.id is None:
        db.session.flush()
    made = Promise(
        community_id=subject.community_id,
        subject_type=subject.__tablename__,
        subject_id=subject.id,
        label=(label or getattr(subject, "label", None) or f"{subject.__tablename__} {subject.id}")[:200],
        path=path or getattr(subject, "path", None) or "",
        clock=clock,
        standard_key=standard_key,
        owner_id=owner_id,
        reason=reason,
    )
    return _start(made, due_at, actor, since)


def _start(made: Promise, due_at: datetime | None, actor: Actor, since: datetime | None = None) -> Promise:
    """Set the times of a new promise and write it down."""
    standard, now = queries.standard_for(made.community_id, made.standard_key), present.now()
    counted, beyond = due_by(made.community_id, standard, since or now)
    if due_at is not None and due_at <= now:
        raise ValueError("a promised time lies ahead")
    due = due_at or counted
    made.amount, made.of_the_manual = standard.amount, standard.of_the_manual
    made.own_time, made.beyond_calendar = due_at is not None, beyond and due_at is None
    made.made_at, made.first_due_at, made.due_at, made.paused_seconds = now, due, due, 0
    made.half_at = now + (due - now) / 2
    made.lead_at = lead_before(now, due, standard.lead)
    made.director_at = due + timedelta(minutes=standard.standard.director_after)
    db.session.add(made)
    timeline.record(made, "promised", actor, became=exact(due), reason=made.reason)
    return made


def due_by(community_id: int, standard: queries.Effective, start: datetime) -> tuple[datetime, bool]:
    """When the standard's time from `start` ends, and whether that lies past the known holidays.

    ValueError for a standard that sets no clock (day of month, times a year …).
    """
    unit = standard.standard.unit
    if unit in PLAIN:
        return start + standard.amount * PLAIN[unit], False
    if unit != Unit.WORKING_DAYS:
        raise ValueError(f"{standard.standard.key} sets no clock")
    first = present.local(start).date()
    exceptions = queries.exceptions(community_id, first, first + PATIENCE * standard.amount * timedelta(1) + LOOK_AHEAD)
    due = calendar.add_working_days(start, standard.amount, exceptions, queries.desk_closes(community_id))
    known = queries.calendar_known_until()
    return due, known is None or due.date() > known


def lead_before(made_at: datetime, due_at: datetime, lead_minutes: int) -> datetime:
    """When the last reminder is due: `lead_minutes` before the end, but never before three quarters of the time."""
    return max(due_at - timedelta(minutes=lead_minutes), made_at + (due_at - made_at) * 3 / 4)


def keep(promise: Promise, actor: Actor, at: datetime | None = None) -> None:
    """It is done, now or at `at` (between its making and now).

    Whether it was kept in time is judged by when that is put on record: a time told afterwards does not undo
    a break that everybody has been told of.
    """
    now = present.now()
    at = at or now
    _ready(promise, actor, now)
    if not promise.made_at <= at <= now:
        raise ValueError("kept between its making and now")
    became = moves.check("keep", promise.state(now))
    promise.kept_at = at
    timeline.record(promise, str(became), actor, was=exact(promise.due_at), became=exact(at))


def renew(promise: Promise, due_at: datetime, reason: str, actor: Actor, *, owner_id: int | None = None) -> Promise:
    """A new time, with a reason, is a new promise on the same clock; a break of the old one stays. CASE-2.

    Owned by `owner_id`, or by whoever owned the old one.
    """
    _given(reason)
    now = present.now()
    _ready(promise, actor, now)
    moves.check("renew", promise.state(now))
    promise.ended_at, promise.end_reason, promise.renewed = now, reason, True
    timeline.record(promise, "renewed", actor, was=exact(promise.due_at), became=exact(due_at), reason=reason)
    same = {name: getattr(promise, name) for name in CARRIED}
    return _start(
        Promise(**same, owner_id=owner_id or promise.owner_id, reason=reason, renews_id=promise.id), due_at, actor
    )


def pause(promise: Promise, reason: str, actor: Actor) -> Pause:
    """Stop the clock, with a reason (waiting for the customer's key, for a part that the owner ordered …)."""
    _given(reason)
    now = present.now()
    _lock(promise)
    _note_break(promise, now)
    moves.check("pause", promise.state(now))
    promise.paused_at = now
    stretch = Pause(
        community_id=promise.community_id,
        promise=promise,
        from_at=now,
        reason=reason,
        by_id=actor.user_id,
        by=actor.name,
    )
    db.session.add(stretch)
    timeline.record(promise, "paused", actor, was=exact(promise.due_at), reason=reason)
    return stretch


def resume(promise: Promise, actor: Actor) -> None:
    """Let the clock run on: everything still to come moves by the length of the pause."""
    _lock(promise)
    moves.check("resume", promise.state(present.now()))
    _resume(promise, actor, present.now())


def hand_over(promise: Promise, owner_id: int | None, actor: Actor, reason: str | None = None) -> None:
    """Another person answers for it from now on; the time stays."""
    _lock(promise)
    now = present.now()
    _note_break(promise, now)
    moves.check("hand_over", promise.state(now))
    was, promise.owner_id = promise.owner_id, owner_id
    timeline.record(
        promise,
        "handed_over",
        actor,
        was=_name(was),
        became=_name(owner_id),
        reason=reason,
        data={"owner_was": was, "owner": owner_id},
    )


def end(promise: Promise, reason: str, actor: Actor) -> None:
    """It no longer applies (merged, withdrawn by the customer). A break stays on record."""
    _given(reason)
    now = present.now()
    _ready(promise, actor, now)
    moves.check("end", promise.state(now))
    promise.ended_at, promise.end_reason = now, reason
    timeline.record(promise, "ended", actor, was=exact(promise.due_at), reason=reason)


def _name(user_id: int | None) -> str | None:
    """What the account is called; by table, because people stands above standards."""
    user = db.metadata.tables["user"].c
    found: str | None = db.session.scalar(sa.select(user.name).where(user.id == user_id)) if user_id else None
    return found


def _lock(promise: Promise) -> None:
    """Read the row again and hold it: another request may have moved it since it was loaded."""
    db.session.flush()
    db.session.refresh(promise, with_for_update=True)


def _ready(promise: Promise, actor: Actor, at: datetime) -> None:
    """Held, running, and a break at `at` written down."""
    _lock(promise)
    if promise.paused_at and promise.is_open:
        _resume(promise, actor, at)
    _note_break(promise, at)


def _resume(promise: Promise, actor: Actor, at: datetime) -> None:
    was, length = promise.due_at, at - (promise.paused_at or at)
    promise.move(length)
    promise.paused_at = None
    promise.pauses[-1].to_at = at
    timeline.record(promise, "resumed", actor, was=exact(was), became=exact(promise.due_at))


def _note_break(promise: Promise, at: datetime) -> None:
    """The due time itself is the time of the break."""
    if promise.broken_at is None and promise.state(at) == PromiseState.BROKEN:
        promise.broken_at = promise.due_at
        timeline.record(promise, "broken", timeline.SYSTEM, was=exact(promise.due_at))


def _given(reason: str) -> None:
    if not reason.strip():
        raise ValueError("this needs a reason")
