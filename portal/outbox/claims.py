"""Who holds which deliveries: claiming, marking as on the wire, writing down how it ended, giving back.

Each function is one short transaction or a statement in one; no lock is held while a mail is sent. Every write of
a sender is conditional on its lease: once the sweep has taken a delivery away, a late write changes nothing.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy import ColumnElement, Connection

from portal import clock
from portal.db import db
from portal.outbox.channels import Letter, Parcel
from portal.outbox.models import Delivery, DeliveryAttempt, Message, MessageText, Priority, State
from portal.outbox.moves import move
from portal.outbox.pauses import resting
from portal.outbox.rendering import Words

LEASE = timedelta(seconds=6)  # renewed while the sender lives (lease.py): so soon a dead one is noticed
COLUMNS = (
    Delivery.id,
    Delivery.message_id,
    Delivery.channel,
    Delivery.language,
    Delivery.address,
    Delivery.fields,
    Delivery.reference,
    Delivery.priority,
    Delivery.attempts,
    Delivery.crash_count,
    Delivery.expires_at,
)


@dataclass(frozen=True)
class Claim:
    """A delivery that this sender holds."""

    id: int
    owner: str
    channel: str
    priority: int
    attempts: int
    crash_count: int
    expires_at: datetime | None
    parcel: Parcel

    @property
    def known(self) -> dict[str, Any]:
        """What HELD asks for."""
        return {"held_id": self.id, "held_by": self.owner}


def _noting(by: ColumnElement[Any] | sa.orm.InstrumentedAttribute[Any], *which: ColumnElement[bool]) -> sa.Insert:
    """One try for each delivery found; one that is forgotten by now has none."""
    asked = (DeliveryAttempt.at, DeliveryAttempt.outcome, DeliveryAttempt.detail)
    said = [sa.bindparam(column.key, type_=column.type) for column in asked]
    columns = ["delivery_id", "owner", *(column.key for column in asked)]
    return sa.insert(DeliveryAttempt).from_select(columns, sa.select(Delivery.id, by, *said).where(*which))


IS_HELD = Delivery.id == sa.bindparam("held_id")
HELD = (IS_HELD, Delivery.lease_owner == sa.bindparam("held_by"))
MARK = (
    sa.update(Delivery)
    .where(Delivery.state == State.SENDING, *HELD)
    .where(sa.or_(Delivery.expires_at.is_(None), Delivery.expires_at > sa.bindparam("now")))
    .values(inflight=True)
)
NOTE = _noting(sa.bindparam("held_by", type_=DeliveryAttempt.owner.type), IS_HELD)


def is_due(now: datetime, *more: ColumnElement[bool]) -> tuple[ColumnElement[bool], ...]:
    """What may go out at that moment: queued, its time come and not past, its channel not resting."""
    return (
        Delivery.state == State.QUEUED,
        Delivery.not_before <= now,
        sa.or_(Delivery.expires_at.is_(None), Delivery.expires_at > now),
        Delivery.channel.not_in(resting(now)),
        *more,
    )


def emergency() -> ColumnElement[bool]:
    return Delivery.priority == Priority.EMERGENCY


def due_channels(urgent_only: bool) -> list[str]:
    """The channels that have something to do."""
    due = is_due(clock.now(), *([emergency()] if urgent_only else []))
    with db.engine.begin() as connection:
        return list(connection.scalars(sa.select(Delivery.channel).where(*due).distinct()))


def emergency_waits(channel: str) -> bool:
    due = is_due(clock.now(), emergency(), Delivery.channel == channel)
    with db.engine.begin() as connection:
        return bool(connection.scalar(sa.select(sa.exists().where(*due))))


def claim(owner: str, channel: str, urgent_only: bool, limit: int) -> list[Claim]:
    """Take up to `limit` due deliveries under a lease, the most urgent and longest waiting first."""
    now = clock.now()
    due = is_due(now, Delivery.channel == channel, *([emergency()] if urgent_only else []))
    first = sa.select(Delivery.id).where(*due).order_by(Delivery.priority, Delivery.not_before, Delivery.id)
    # In a CTE it runs once; PostgreSQL may repeat a plain subquery and then take more than the limit.
    picked = first.limit(limit).with_for_update(skip_locked=True).cte("picked")
    take = move(
        State.QUEUED,
        State.SENDING,
        Delivery.id.in_(sa.select(picked.c.id)),
        lease_owner=owner,
        lease_until=now + LEASE,
        inflight=False,
    )
    with db.engine.begin() as connection:
        rows = list(connection.execute(take.returning(*COLUMNS, Delivery.not_before)))
        letters = _letters(connection, {row.message_id for row in rows}, channel)
    rows.sort(key=lambda row: (row.priority, row.not_before, row.id))
    return [_claim(owner, row, letters[row.message_id, row.language]) for row in rows]


def mark(connection: Connection, held: Claim) -> bool:
    """Note that the delivery goes on the wire now. False where it is not to be sent any more by this sender."""
    return connection.execute(MARK, {**held.known, "now": clock.now()}).rowcount == 1


def still_ours(connection: Connection, held: Claim) -> bool:
    """After a refused mark: whether only this delivery is out (cancelled, expired, forgotten), not the whole lease."""
    asked = sa.select(Delivery.state, Delivery.lease_owner).where(Delivery.id == held.id)
    row = connection.execute(asked).one_or_none()
    return row is None or bool(row.lease_owner == held.owner or row.state == State.CANCELLED)


def settle(
    connection: Connection, held: Claim, becomes: State, outcome: str, detail: str, values: Mapping[str, Any]
) -> bool:
    """Write down how the try ended. False where the lease is lost: then the try is noted and nothing is moved."""
    new = {f"new_{name}": value for name, value in values.items()}
    moved = connection.execute(_settling(becomes, tuple(values)), {**held.known, **new}).rowcount == 1
    if not moved:
        outcome, detail = "late", f"{outcome}: {detail}"
    connection.execute(NOTE, {**held.known, "at": clock.now(), "outcome": outcome, "detail": detail[:300]})
    return moved


@cache
def _settling(becomes: State, names: tuple[str, ...]) -> sa.Update:
    """The statement for one way to end, made once: making it costs more than running it."""
    return move(State.SENDING, becomes, *HELD, **{name: sa.bindparam(f"new_{name}") for name in names})


def note(connection: Connection, outcome: str, detail: str, *which: ColumnElement[bool]) -> None:
    """Add a try to each of these deliveries, by whoever held them."""
    said = {"at": clock.now(), "outcome": outcome, "detail": detail}
    connection.execute(_noting(Delivery.lease_owner, *which), said)


def renew(connection: Connection, owner: str) -> None:
    """Hold what is held for longer."""
    held = sa.update(Delivery).where(Delivery.lease_owner == owner, Delivery.state == State.SENDING)
    connection.execute(held.values(lease_until=clock.now() + LEASE))


def release(owner: str) -> None:
    """Give back what was claimed and not tried."""
    with db.engine.begin() as connection:
        connection.execute(
            move(State.SENDING, State.QUEUED, Delivery.lease_owner == owner, Delivery.inflight.is_(False))
        )


def _letters(connection: Connection, message_ids: set[int], channel: str) -> dict[tuple[int, str], Letter]:
    place = db.metadata.tables["community"].c  # by table, not by model: people stands above the outbox
    query = (
        sa.select(MessageText, Message.made_at, Message.priority, place.name, place.code)
        .join(Message, Message.id == MessageText.message_id)
        .join(place.id.table, place.id == Message.community_id)
        .where(MessageText.message_id.in_(message_ids), MessageText.channel == channel)
    )
    return {
        (row.message_id, row.language): Letter(
            message_id=row.message_id,
            language=row.language,
            words=Words(row.subject, row.text, row.html),
            made_at=row.made_at,
            priority=row.priority,
            estate=row.name,
            estate_code=row.code,
        )
        for row in connection.execute(query)
    }


def _claim(owner: str, row: Any, letter: Letter) -> Claim:
    return Claim(
        id=row.id,
        owner=owner,
        channel=row.channel,
        priority=row.priority,
        attempts=row.attempts,
        crash_count=row.crash_count,
        expires_at=row.expires_at,
        parcel=Parcel(letter, row.reference, row.address, json.loads(row.fields)),
    )
