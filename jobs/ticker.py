"""The ticker asks each second what of jobs/schedule.py is due, and rings for it.

    python -m jobs.ticker

Several may run: a due entry is claimed by one of them. One that was dead rings once for all it missed. While the
queue is away, what is due stays due. Settings: DATA_DIR, DATABASE_URL, REDIS_URL; see portal/config.py.
"""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa
from flask import current_app
from redis.exceptions import RedisError
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from jobs import log_as
from jobs.schedule import SCHEDULE, Row
from jobs.signals import Signals
from portal import clock, create_app, queue
from portal.admin.health import TICKER
from portal.admin.models import Heartbeat, ScheduleEntry
from portal.db import db

SECONDS = 1.0
HEARTBEAT = timedelta(seconds=5)
SKEW = timedelta(minutes=1)  # clocks of two machines may differ by so much
log = logging.getLogger(__name__)


def reconcile(schedule: Sequence[Row], now: datetime) -> None:
    """Make the stored entries those of the table: new rows come in, removed ones go, times of the others stay."""
    names = [row.name for row in schedule]
    db.session.execute(sa.delete(ScheduleEntry).where(ScheduleEntry.name.not_in(names)))
    known = set(db.session.scalars(sa.select(ScheduleEntry.name)))
    for row in schedule:
        if row.name not in known:
            _insert(ScheduleEntry(name=row.name, next_at=row.first(now)))
    db.session.commit()


def tick(schedule: Sequence[Row], now: datetime) -> list[str]:
    """Ring for all that is due, and return the names that this ticker rang for."""
    due = _due(schedule, now)
    db.session.rollback()
    if not due or not _queue_answers():
        return []
    return [row.name for row, seen in due if _claim(row, seen, now)]


def beat(now: datetime) -> None:
    """Say that the ticker lives."""
    update = sa.update(Heartbeat).where(Heartbeat.name == TICKER).values(at=now)
    if not db.session.execute(update).rowcount:  # type: ignore[attr-defined]
        _insert(Heartbeat(name=TICKER, at=now))
    db.session.commit()


def _due(schedule: Sequence[Row], now: datetime) -> list[tuple[Row, datetime]]:
    stored = {entry.name: entry.next_at for entry in db.session.scalars(sa.select(ScheduleEntry))}
    return [(row, stored[row.name]) for row in schedule if row.name in stored and _is_due(row, stored[row.name], now)]


def _is_due(row: Row, next_at: datetime, now: datetime) -> bool:
    """Past its time; or so far ahead that the clock must have been set back since it was last rung for."""
    return next_at <= now or next_at > row.after(now) + SKEW


def _queue_answers() -> bool:
    try:
        return bool(current_app.extensions["redis"].ping())
    except RedisError:
        return False


def _claim(row: Row, seen: datetime, now: datetime) -> bool:
    """Move the entry on and ring, in one transaction: whoever finds it moved already has lost the claim, and a ring
    that failed leaves the entry due. A crash in between may ring twice, which a doorbell may."""
    moved = db.session.execute(
        sa.update(ScheduleEntry)
        .where(ScheduleEntry.name == row.name, ScheduleEntry.next_at == seen)
        .values(next_at=row.after(now), last_at=now)
    )
    rung = bool(moved.rowcount) and queue.ring(  # type: ignore[attr-defined]
        row.job, queue=row.queue, ttl=int(row.length.total_seconds())
    )
    if rung:
        db.session.commit()
    else:
        db.session.rollback()
    return rung


def _insert(entry: ScheduleEntry | Heartbeat) -> None:
    """Add a row that another ticker may be adding too."""
    try:
        with db.session.begin_nested():
            db.session.add(entry)
    except IntegrityError:
        log.info("another ticker was first with %s", entry.name)


def run(schedule: Sequence[Row] = SCHEDULE) -> None:
    """Tick until a signal says stop. A database that is away is waited for."""
    signals = Signals()
    app = create_app()
    known, beaten = False, datetime.min.replace(tzinfo=clock.CHINA)
    while not signals.stopping:
        try:
            with app.app_context():
                now = clock.now()
                if not known:
                    reconcile(schedule, now)
                    known = True
                if abs(now - beaten) >= HEARTBEAT:
                    beat(now)
                    beaten = now
                tick(schedule, now)
        except SQLAlchemyError as error:
            log.warning("database away, the ticker waits: %s", type(error).__name__)
        signals.wait(SECONDS)


if __name__ == "__main__":
    log_as("ticker")
    run()
