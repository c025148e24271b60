"""An audience becomes deliveries, some thousands at a time.

Who is meant is written down once, with the message and in its transaction: an INSERT … SELECT, whatever the number.
A sender's run then makes deliveries of the next few thousand: they are added, the members they came from are deleted
and the cursor moves on in one transaction. A run that dies in between has done nothing, and the next one goes on from
the cursor.
"""

from collections.abc import Sequence
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy import ColumnElement, Connection, RowMapping
from sqlalchemy.dialects import postgresql, sqlite

from portal import clock, web
from portal.db import db
from portal.outbox.models import Audience, AudienceMember, Delivery, Message, Priority, State
from portal.secret import blind_index, seal

CHUNK = 5000
SHARED = ("community_id", "message_id", "channel", "priority", "expires_at")
OWN: dict[str, sa.types.TypeEngine[Any]] = {
    "language": sa.Text(),
    "person_id": sa.Integer(),
    "user_id": sa.Integer(),
    "key": sa.Text(),
    "address": sa.LargeBinary(),
}
COLUMNS = ("address", "language", "person_id", "user_id")


def write_down(message: Message, channel: str, chosen: sa.Select[Any]) -> int:
    """Keep who is meant, in the present transaction; returns how many. `chosen` has a column `address`, and may have
    `language`, `person_id` and `user_id`; rows without an address are left out."""
    given = chosen.subquery()
    address = sa.func.trim(given.c.address)
    language = given.c.language if "language" in given.c else sa.literal("zh")
    members = sa.select(
        sa.literal(message.id),
        sa.func.row_number().over(),
        address,
        sa.case((language.in_(tuple(web.LANGUAGES)), language), else_="zh"),
        *(given.c[name] if name in given.c else sa.cast(sa.null(), sa.Integer) for name in COLUMNS[2:]),
    ).where(address != "")
    audience = Audience(message_id=message.id, channel=channel, size=0, position=0)
    db.session.add(audience)
    db.session.flush()
    fill = sa.insert(AudienceMember).from_select(["message_id", "position", *COLUMNS], members)
    filled = db.session.execute(fill, execution_options={"preserve_rowcount": True})
    audience.size = cast("sa.CursorResult[Any]", filled).rowcount
    db.session.flush()
    return audience.size


def expand(urgent_only: bool) -> int:
    """Make deliveries of the next few thousand of the most urgent message that waits for it, in a transaction of its
    own. Returns how many members it took; 0 where none wait, or other runs are at them."""
    with db.engine.begin() as connection:
        audience = connection.execute(_next(urgent_only)).mappings().one_or_none()
        return _take(connection, audience) if audience else 0


def waits(urgent_only: bool) -> bool:
    """Whether an audience is not all deliveries yet."""
    with db.engine.begin() as connection:
        return bool(connection.scalar(sa.select(sa.exists().where(*waiting(*_urgent(urgent_only))))))


def waiting(*more: ColumnElement[bool]) -> tuple[ColumnElement[bool], ...]:
    """The audiences that are not all deliveries yet, with their messages."""
    return (Audience.message_id == Message.id, Audience.position < Audience.size, *more)


def is_emergency() -> ColumnElement[bool]:
    return Message.priority == Priority.EMERGENCY


def _urgent(urgent_only: bool) -> list[ColumnElement[bool]]:
    return [is_emergency()] if urgent_only else []


def _next(urgent_only: bool) -> sa.Select[Any]:
    """Locks both: one run at a time takes from an audience, and a cancellation waits for it (operations.cancel)."""
    asked = sa.select(
        Audience.message_id,
        Audience.channel,
        Audience.position,
        Audience.size,
        Message.community_id,
        Message.priority,
        Message.expires_at,
        Message.cancelled_at,
    )
    first = asked.where(*waiting(*_urgent(urgent_only))).order_by(Message.priority, Message.id).limit(1)
    return first.with_for_update(skip_locked=True)


def _take(connection: Connection, audience: RowMapping) -> int:
    start, end = audience["position"], min(audience["position"] + CHUNK, audience["size"])
    theirs = (
        AudienceMember.message_id == audience["message_id"],
        AudienceMember.position > start,
        AudienceMember.position <= end,
    )
    if audience["cancelled_at"] is None:
        _deliver_to(connection, audience, theirs)
    connection.execute(sa.delete(AudienceMember).where(*theirs))
    _move_on(connection, audience["message_id"], end)
    return int(end - start)


def _move_on(connection: Connection, message_id: int, position: int) -> None:
    connection.execute(sa.update(Audience).where(Audience.message_id == message_id).values(position=position))


def _deliver_to(connection: Connection, audience: RowMapping, theirs: Sequence[ColumnElement[bool]]) -> None:
    """Add a delivery for each of these members, in one statement. Sealing needs our key, so it happens here."""
    asked = sa.select(*(AudienceMember.__table__.c[name] for name in COLUMNS)).where(*theirs)
    found = connection.execute(asked.order_by(AudienceMember.position)).all()
    named = f"{audience['message_id']}:{audience['channel']}"
    own = {
        "language": [row.language for row in found],
        "person_id": [row.person_id for row in found],
        "user_id": [row.user_id for row in found],
        "key": [f"{named}:{blind_index('address', row.address.lower())}" for row in found],
        "address": [seal(row.address.encode(), "delivery.address") for row in found],
    }
    if connection.dialect.name == "sqlite":
        each = [dict(zip(own, row, strict=True)) for row in zip(*own.values(), strict=True)]
        given: dict[str, ColumnElement[Any]] = {name: sa.bindparam(name, type_=kind) for name, kind in OWN.items()}
        random = sa.func.lower(sa.func.hex(sa.func.randomblob(16)))
        connection.execute(_insert(sqlite.insert(Delivery), audience, given, random), each)
    else:
        arrays = [sa.cast(own[name], postgresql.ARRAY(kind)) for name, kind in OWN.items()]
        columns = [sa.column(name, kind) for name, kind in OWN.items()]
        table = sa.func.unnest(*arrays).table_valued(*columns).render_derived()
        random = sa.func.replace(sa.cast(sa.func.gen_random_uuid(), sa.Text), "-", "")
        connection.execute(_insert(postgresql.insert(Delivery), audience, dict(table.c.items()), random))


def _insert(
    into: Any, audience: RowMapping, own: dict[str, ColumnElement[Any]], reference: ColumnElement[str]
) -> sa.Insert:
    """INSERT … SELECT of what differs from delivery to delivery and what is the same for all."""
    now = sa.literal(clock.now(), Delivery.made_at.type)
    columns: dict[str, Any] = {
        **own,
        **{name: sa.literal(audience[name], Delivery.__table__.c[name].type) for name in SHARED},
        "reference": reference,
        "fields": sa.literal(seal(b"{}", "delivery.fields"), sa.LargeBinary),  # the words are the same for all
        "state": sa.literal(State.QUEUED.value),
        "made_at": now,
        "not_before": now,
        "attempts": sa.literal(0),
        "crash_count": sa.literal(0),
        "inflight": sa.false(),
    }
    once = into.from_select(list(columns), sa.select(*columns.values()).where(sa.true()))
    return cast(sa.Insert, once.on_conflict_do_nothing(index_elements=["key"]))
