"""What the outbox's pages show: the monitor's figures, what waits for a person, somebody's notifications."""

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from portal import clock
from portal.db import db
from portal.outbox.models import ChannelState, Delivery, Message, Notification, Priority, State
from portal.outbox.rendering import Words

SHOWN = 100
PARKED = (State.FAILED, State.UNKNOWN)


@dataclass(frozen=True)
class Parked:
    """A delivery that waits for a person, as the monitor shows it: the address masked."""

    delivery: Delivery
    subject: str
    address: str
    can_go_again: bool


@dataclass(frozen=True)
class Monitor:
    """How the outbox of one community stands. `seen` changes when anything shown does."""

    counts: dict[State, int]
    oldest: dict[Priority, datetime]
    channels: list[ChannelState]
    parked: list[Parked]
    seen: str

    @property
    def more(self) -> int:
        """How many parked ones are not listed."""
        return sum(self.counts[state] for state in PARKED) - len(self.parked)


def monitor(community_id: int) -> Monitor:
    mine = Delivery.community_id == community_id
    by_state = sa.select(Delivery.state, sa.func.count()).where(mine).group_by(Delivery.state)
    counted = dict(db.session.execute(by_state).tuples().all())
    by_priority = (
        sa.select(Delivery.priority, sa.func.min(Delivery.made_at))
        .where(mine, Delivery.state.in_((State.QUEUED, State.SENDING)))
        .group_by(Delivery.priority)
        .order_by(Delivery.priority)
    )
    oldest = {Priority(priority): since for priority, since in db.session.execute(by_priority)}
    channels = list(db.session.scalars(sa.select(ChannelState).order_by(ChannelState.channel)))
    counts = {state: counted.get(state.value, 0) for state in State}
    parked = _parked(community_id)
    rest = [(one.channel, one.paused_until and one.paused_until > clock.now(), one.failures) for one in channels]
    rows = [(one.delivery.id, one.delivery.state, one.can_go_again) for one in parked]
    seen = sha256(repr((sorted(counts.items()), oldest, rest, rows)).encode()).hexdigest()[:16]
    return Monitor(counts, oldest, channels, parked, seen)


def _parked(community_id: int) -> list[Parked]:
    query = (
        sa.select(Delivery)
        .where(Delivery.community_id == community_id, Delivery.state.in_(PARKED))
        .options(selectinload(Delivery.message).selectinload(Message.texts), selectinload(Delivery.tries))
        .order_by(Delivery.ended_at.desc(), Delivery.id.desc())
        .limit(SHOWN)
    )
    now = clock.now()
    return [
        Parked(row, _subject(row), masked(row.address), row.expires_at is None or row.expires_at > now)
        for row in db.session.scalars(query)
    ]


def _subject(delivery: Delivery) -> str:
    for text in delivery.message.texts:
        if (text.channel, text.language) == (delivery.channel, delivery.language):
            return Words(text.subject, "", None).filled(delivery.filling).subject
    return delivery.message.template


def masked(address: str) -> str:
    """w***@example.test: enough to know it again."""
    local, at, domain = address.rpartition("@")
    return f"{local[:1]}***{at}{domain}"


def notifications(user_id: int, community_id: int) -> list[Notification]:
    """The person's latest, newest first."""
    query = sa.select(Notification).where(*_to(user_id, community_id))
    return list(db.session.scalars(query.order_by(Notification.id.desc()).limit(SHOWN)))


def unread(user_id: int, community_id: int) -> int:
    query = sa.select(sa.func.count()).select_from(Notification)
    return db.session.scalar(query.where(*_to(user_id, community_id), Notification.read_at.is_(None))) or 0


def notification(user_id: int, notification_id: int) -> Notification | None:
    """One of the person's own."""
    query = sa.select(Notification).where(Notification.id == notification_id, Notification.user_id == user_id)
    return db.session.scalar(query)


def _to(user_id: int, community_id: int) -> tuple[sa.ColumnElement[bool], ...]:
    return Notification.user_id == user_id, Notification.community_id == community_id
