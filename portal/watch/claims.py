"""What of the promises is due at this moment, claimed so that two watches at once never do the same thing twice.

Each claim is one UPDATE over all promises that writes its mark where the mark is still missing; whoever gets a row
back has the claim. On PostgreSQL rows that another watch holds are passed over; on SQLite writers take turns.
"""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute

from portal.db import db
from portal.standards.models import Promise
from portal.standards.queries import is_running

NOTED = 500  # breaks written down in one look
TOLD = 30  # of each kind of message: on SQLite nobody else writes while they are rendered; the next look is soon
Mark = InstrumentedAttribute[datetime | None]
Condition = sa.ColumnElement[bool]


def breaks(now: datetime) -> list[int]:
    """Running promises whose time has passed: broken at their due time."""
    return _claim(Promise.broken_at, Promise.due_at, is_running(), Promise.due_at < now, most=NOTED)


def manager_calls(now: datetime) -> list[int]:
    """Breaks that the managers have not been told of, also those made good in the meantime."""
    return _claim(Promise.escalated_manager_at, now, Promise.broken_at.is_not(None))


def director_calls(now: datetime) -> list[int]:
    """Breaks still open long enough for the director."""
    return _claim(
        Promise.escalated_director_at, now, is_running(), Promise.broken_at.is_not(None), Promise.director_at <= now
    )


def last_reminders(now: datetime) -> list[int]:
    """The owner's second reminder. It makes the first one needless, if that has not gone out yet."""
    due = (is_running(), Promise.broken_at.is_(None), Promise.lead_at <= now, Promise.due_at >= now)
    return _claim(Promise.reminded_lead_at, now, *due, reminded_half_at=sa.func.coalesce(Promise.reminded_half_at, now))


def half_reminders(now: datetime) -> list[int]:
    """The owner's first reminder, when half of the time is over."""
    return _claim(
        Promise.reminded_half_at,
        now,
        is_running(),
        Promise.broken_at.is_(None),
        Promise.half_at <= now,
        Promise.due_at >= now,
    )


def _claim(mark: Mark, value: Any, *conditions: Condition, most: int | None = None, **also: Any) -> list[int]:
    """Write the mark wherever it is missing and the conditions hold; the ids of the rows that are ours."""
    wanted = (mark.is_(None), *conditions)
    rows = sa.select(Promise.id).where(*wanted).order_by(Promise.due_at).limit(most or TOLD)
    # A CTE: PostgreSQL would run a plain locking subquery more than once, past its limit.
    due = rows.with_for_update(skip_locked=True).cte("due")
    update = (
        sa.update(Promise)
        .where(Promise.id.in_(sa.select(due.c.id)), *wanted)
        .values({mark.key: value, **also})
        .returning(Promise.id)
        .execution_options(synchronize_session=False)
    )
    return sorted(db.session.scalars(update))
