"""Reads of standards, calendar days and promises."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

import sqlalchemy as sa

from portal.db import Base, db
from portal.standards.models import CalendarDay, DayKind, Promise, StandardOverride
from portal.standards.register import STANDARDS, Standard
from portal.timeline import TimelineEntry


@dataclass(frozen=True)
class Effective:
    """A standard as it holds in one community. `override` is the row that changed it, if one does."""

    standard: Standard
    amount: int
    lead: int
    override: StandardOverride | None = None

    @property
    def of_the_manual(self) -> bool:
        """Whether the number in force is the manual's own."""
        return self.standard.of_the_manual and self.amount == self.standard.amount

    @property
    def looser(self) -> bool:
        return self.standard.looser(self.amount)


def standard_for(community_id: int, key: str) -> Effective:
    """The standard in force in the community. KeyError where the register has no such key."""
    latest = db.session.scalar(
        sa.select(StandardOverride)
        .where(StandardOverride.community_id == community_id, StandardOverride.standard_key == key)
        .order_by(StandardOverride.id.desc())
        .limit(1)
    )
    return _effective(STANDARDS[key], latest)


def standards_for(community_id: int) -> dict[str, Effective]:
    """All standards in force in the community, in the register's order; two queries at most."""
    newest = (
        sa.select(sa.func.max(StandardOverride.id))
        .where(StandardOverride.community_id == community_id)
        .group_by(StandardOverride.standard_key)
    )
    rows = db.session.scalars(sa.select(StandardOverride).where(StandardOverride.id.in_(newest)))
    latest = {row.standard_key: row for row in rows}
    return {key: _effective(standard, latest.get(key)) for key, standard in STANDARDS.items()}


def overrides(community_id: int, key: str) -> list[StandardOverride]:
    """Everything the community ever set for the standard, newest first."""
    return list(
        db.session.scalars(
            sa.select(StandardOverride)
            .where(StandardOverride.community_id == community_id, StandardOverride.standard_key == key)
            .order_by(StandardOverride.id.desc())
        )
    )


def _effective(standard: Standard, latest: StandardOverride | None) -> Effective:
    if latest is None or latest.amount is None:
        return Effective(standard, standard.amount, standard.lead)
    lead = standard.lead if latest.lead is None else latest.lead
    return Effective(standard, latest.amount, lead, latest)


def days(community_id: int, first: date, last: date) -> dict[date, CalendarDay]:
    """The days from first to last that are not what their weekday says; the community's own rows win."""
    rows = db.session.scalars(
        sa.select(CalendarDay)
        .where(
            sa.or_(CalendarDay.community_id == community_id, CalendarDay.community_id.is_(None)),
            CalendarDay.day.between(first, last),
        )
        .order_by(CalendarDay.community_id.is_not(None), CalendarDay.day)
    )
    return {row.day: row for row in rows}


def exceptions(community_id: int, first: date, last: date) -> dict[date, bool]:
    """The same as `days`, in the form that portal.standards.calendar takes."""
    return {day: row.works for day, row in days(community_id, first, last).items()}


def calendar_known_until() -> date | None:
    """The last day of the last year whose national holidays are known; past it weekdays are counted."""
    last = db.session.scalar(
        sa.select(sa.func.max(CalendarDay.day)).where(
            CalendarDay.community_id.is_(None), CalendarDay.kind == DayKind.HOLIDAY
        )
    )
    return last and date(last.year, 12, 31)


def desk_closes(community_id: int) -> time:
    """When the community's desk closes: the end of a working day."""
    community = Base.metadata.tables["community"]
    closes: time = db.session.execute(
        sa.select(community.c.desk_closes).where(community.c.id == community_id)
    ).scalar_one()
    return closes


def is_open() -> sa.ColumnElement[bool]:
    """SQL for Promise.is_open."""
    return sa.and_(Promise.kept_at.is_(None), Promise.ended_at.is_(None))


def is_running() -> sa.ColumnElement[bool]:
    """SQL for an open promise whose clock is not paused."""
    return sa.and_(is_open(), Promise.paused_at.is_(None))


def is_broken(now: datetime) -> sa.ColumnElement[bool]:
    """SQL for a promise that was ever broken, seen by the watch or not; see Promise.state."""
    return sa.or_(Promise.broken_at.is_not(None), sa.and_(is_running(), Promise.due_at < now))


def promises(subject: Any) -> list[Promise]:
    """All promises of a stored row, oldest first."""
    return list(
        db.session.scalars(
            sa.select(Promise)
            .where(Promise.subject_type == subject.__tablename__, Promise.subject_id == subject.id)
            .order_by(Promise.made_at, Promise.id)
        )
    )


def open_promises(subject: Any) -> list[Promise]:
    """The promises of a stored row that are neither kept nor ended, soonest first."""
    return sorted((row for row in promises(subject) if row.is_open), key=lambda row: (row.due_at, row.id))


def open_promises_of(subject_type: str, subject_ids: Iterable[int]) -> dict[int, list[Promise]]:
    """Open promises of many rows in one query: id → soonest first. For lists and boards."""
    rows = db.session.scalars(
        sa.select(Promise)
        .where(Promise.subject_type == subject_type, Promise.subject_id.in_(list(subject_ids)), is_open())
        .order_by(Promise.due_at, Promise.id)
    )
    found: dict[int, list[Promise]] = {}
    for row in rows:
        found.setdefault(row.subject_id, []).append(row)
    return found


def changes_of(subject: Any) -> list[tuple[TimelineEntry, Promise]]:
    """Everything that changed a clock of the row: who, when, why; oldest first."""
    query = (
        sa.select(TimelineEntry, Promise)
        .join(Promise, sa.and_(TimelineEntry.subject_type == "promise", TimelineEntry.subject_id == Promise.id))
        .where(Promise.subject_type == subject.__tablename__, Promise.subject_id == subject.id)
        .order_by(TimelineEntry.at, TimelineEntry.id)
    )
    return [(entry, promise) for entry, promise in db.session.execute(query)]


def changes(
    community_id: int, since: datetime, until: datetime, limit: int | None = None
) -> list[tuple[TimelineEntry, Promise]]:
    """Everything that changed a clock in the community from since to until, newest first."""
    query = (
        sa.select(TimelineEntry, Promise)
        .join(Promise, TimelineEntry.subject_id == Promise.id)
        .where(
            TimelineEntry.subject_type == "promise",
            TimelineEntry.community_id == community_id,
            TimelineEntry.at >= since,
            TimelineEntry.at < until,
        )
        .order_by(TimelineEntry.at.desc(), TimelineEntry.id.desc())
        .limit(limit)
    )
    return [(entry, promise) for entry, promise in db.session.execute(query)]


def day_changes(community_id: int, limit: int = 30) -> list[TimelineEntry]:
    """The latest changes that the community made to its calendar, newest first."""
    return list(
        db.session.scalars(
            sa.select(TimelineEntry)
            .where(TimelineEntry.subject_type == CalendarDay.__tablename__, TimelineEntry.community_id == community_id)
            .order_by(TimelineEntry.at.desc(), TimelineEntry.id.desc())
            .limit(limit)
        )
    )
