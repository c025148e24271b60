"""What the doorbell missed and dead workers left behind, found by looking at the rows. Runs every five seconds.

Everything is one short transaction that only one sweep can be in; then bells are rung for what is due.
"""

from typing import Any

import sqlalchemy as sa
from sqlalchemy import ColumnElement, Connection

from portal import clock, queue
from portal.db import db
from portal.outbox import expansion
from portal.outbox.claims import emergency, is_due, note
from portal.outbox.delivery import DEAD_SENDERS, JOB
from portal.outbox.models import Delivery, State
from portal.outbox.moves import move

LOCK = 7_210_951  # any number of our own: PostgreSQL's advisory lock of the sweep
LEFT = "the sender stopped while this was on the wire"


def sweep() -> bool:
    """Put right what stands still; False where another sweep is at it."""
    with db.engine.begin() as connection:
        if not _alone(connection):
            return False
        _take_back(connection)
        _expire(connection)
        urgent, ordinary = _due(connection)
    for due, is_urgent, name in ((urgent, True, "urgent"), (urgent or ordinary, False, "messages")):
        if due and queue.waiting(name) == 0:  # a bell that hangs there already is enough
            queue.ring(JOB, is_urgent, queue=name)
    return True


def _alone(connection: Connection) -> bool:
    """On SQLite the transaction itself (BEGIN IMMEDIATE) lets one in at a time."""
    if connection.dialect.name == "sqlite":
        return True
    return bool(connection.scalar(sa.select(sa.func.pg_try_advisory_xact_lock(LOCK))))


def _take_back(connection: Connection) -> None:
    """Deliveries whose sender has not been heard of: back into the queue if they had not begun. If they were on the
    wire, an emergency goes out again once, with the same reference; anything else is put before a person."""
    now = clock.now()
    left = (Delivery.state == State.SENDING, Delivery.lease_until < now)
    dead = (*left, Delivery.inflight.is_(True))
    again: ColumnElement[bool] = sa.and_(emergency(), Delivery.crash_count + 1 < DEAD_SENDERS)
    note(connection, "left", LEFT, *dead)
    connection.execute(move(State.SENDING, State.QUEUED, Delivery.lease_until < now, Delivery.inflight.is_(False)))
    crashed: dict[str, Any] = {"crash_count": Delivery.crash_count + 1, "error": LEFT}
    connection.execute(move(State.SENDING, State.QUEUED, *dead, again, **crashed))
    connection.execute(move(State.SENDING, State.UNKNOWN, *dead, sa.not_(again), ended_at=now, **crashed))


def _expire(connection: Connection) -> None:
    """What was not sent in time is not sent any more, and says so."""
    now = clock.now()
    over = (Delivery.state == State.QUEUED, Delivery.expires_at <= now)
    note(connection, "expired", "", *over)
    connection.execute(move(State.QUEUED, State.FAILED, Delivery.expires_at <= now, ended_at=now, error="expired"))


def _due(connection: Connection) -> tuple[bool, bool]:
    """Whether an emergency is due, and whether anything else is."""
    now = clock.now()
    asked = (sa.exists().where(*is_due(now, which)) for which in (emergency(), sa.not_(emergency())))
    urgent, ordinary = connection.execute(sa.select(*asked)).one()
    is_emergency = expansion.is_emergency()
    waits = (sa.exists().where(*expansion.waiting(which)) for which in (is_emergency, sa.not_(is_emergency)))
    urgent_waits, ordinary_waits = connection.execute(sa.select(*waits)).one()
    return bool(urgent or urgent_waits), bool(ordinary or ordinary_waits)
