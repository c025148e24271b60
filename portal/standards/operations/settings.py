"""What a community sets for itself: its numbers for the standards, its calendar days. Always with a reason.

A promise made before stays as it was told to the customer: neither change moves a due time.
"""

from datetime import date

import sqlalchemy as sa

from portal import clock, timeline
from portal.db import db
from portal.standards import queries
from portal.standards.models import CalendarDay, DayKind, StandardOverride
from portal.standards.national import national_days
from portal.standards.register import STANDARDS
from portal.timeline import Actor


def set_standard(
    community_id: int, key: str, amount: int, reason: str, actor: Actor, *, lead: int | None = None
) -> StandardOverride:
    """The community's own number for a standard from now on, in the register's unit; `lead` in minutes.

    ValueError for an amount that makes no sense in its unit; KeyError where the register has no such key.
    """
    if not 1 <= amount <= STANDARDS[key].largest:
        raise ValueError(f"{key}: 1 to {STANDARDS[key].largest}")
    return _override(community_id, key, amount, lead, reason, actor)


def withdraw_standard(community_id: int, key: str, reason: str, actor: Actor) -> StandardOverride:
    """Back to the register's number. What was set stays in the history."""
    return _override(community_id, key, None, None, reason, actor)


def _override(
    community_id: int, key: str, amount: int | None, lead: int | None, reason: str, actor: Actor
) -> StandardOverride:
    if not reason.strip():
        raise ValueError("this needs a reason")
    was = queries.standard_for(community_id, key)
    row = StandardOverride(
        community_id=community_id,
        standard_key=key,
        was=was.amount,
        amount=amount,
        lead=lead,
        reason=reason,
        made_at=clock.now(),
        made_by_id=actor.user_id,
        made_by=actor.name,
    )
    db.session.add(row)
    now_in_force = STANDARDS[key].amount if amount is None else amount
    verb = "standard_withdrawn" if amount is None else "standard_set"
    timeline.record(
        row, verb, actor, was=str(was.amount), became=str(now_in_force), reason=reason, data={"standard": key}
    )
    return row


def set_day(community_id: int, day: date, kind: DayKind, name: str, reason: str, actor: Actor) -> CalendarDay:
    """Make the day a holiday or a workday in this community, whatever the national calendar says."""
    if not reason.strip():
        raise ValueError("this needs a reason")
    row = db.session.scalar(
        sa.select(CalendarDay).where(CalendarDay.community_id == community_id, CalendarDay.day == day)
    )
    was = row.kind if row else None
    if row is None:
        row = CalendarDay(community_id=community_id, day=day)
        db.session.add(row)
    row.kind, row.name = kind, name
    timeline.record(
        row, "day_set", actor, was=was, became=str(kind), reason=reason, data={"day": day.isoformat(), "name": name}
    )
    return row


def seed_calendar() -> int:
    """Bring the national days up to the library's; how many rows were added or mended. Communities' own rows stay."""
    stored = {
        row.day: row for row in db.session.scalars(sa.select(CalendarDay).where(CalendarDay.community_id.is_(None)))
    }
    changed = 0
    for day, works, name in national_days():
        kind = DayKind.WORKDAY if works else DayKind.HOLIDAY
        row = stored.get(day)
        if row is None:
            db.session.add(CalendarDay(day=day, kind=kind, name=name))
        elif (row.kind, row.name) == (kind, name):
            continue
        else:
            row.kind, row.name = kind, name
        changed += 1
    db.session.flush()
    return changed
