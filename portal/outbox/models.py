"""The tables of the outbox: what is said, to whom it goes, each try, and what stands in the portal itself.

The database is the queue and the truth. A message is rendered once per channel and language; a delivery is one
recipient of it. Texts and addresses are encrypted: a text may carry a link's token, of which elsewhere only the
hash is kept.
"""

import json
from datetime import datetime
from enum import IntEnum, StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from portal import clock
from portal.db import Instant, Model
from portal.secret import Encrypted

WAITING = sa.text("position < size")


class Priority(IntEnum):
    """Lower goes first. Emergencies have a queue and a worker of their own."""

    EMERGENCY = 0
    HIGH = 1
    NORMAL = 2
    BULK = 3


class State(StrEnum):
    """Where a delivery stands; the allowed moves are in portal/outbox/moves.py."""

    QUEUED = "queued"
    SENDING = "sending"  # claimed under a lease
    SENT = "sent"
    FAILED = "failed"
    UNKNOWN = "unknown"  # it may have arrived; a person decides
    CANCELLED = "cancelled"


class Message(Model):
    """What is said, about what, how urgently. `key` makes a repeated call one message."""

    __tablename__ = "message"
    __table_args__ = (sa.Index(None, "subject_type", "subject_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    community_id: Mapped[int] = mapped_column(sa.ForeignKey("community.id"), index=True)
    template: Mapped[str] = mapped_column(sa.String(60))
    key: Mapped[str] = mapped_column(sa.String(200), unique=True)
    priority: Mapped[int] = mapped_column(default=Priority.NORMAL)
    subject_type: Mapped[str | None] = mapped_column(sa.String(40))
    subject_id: Mapped[int | None]
    made_at: Mapped[datetime] = mapped_column(Instant)
    expires_at: Mapped[datetime | None] = mapped_column(Instant)
    cancelled_at: Mapped[datetime | None] = mapped_column(Instant)

    community: Mapped[Any] = relationship("Community")
    texts: Mapped[list["MessageText"]] = relationship(back_populates="message")
    deliveries: Mapped[list["Delivery"]] = relationship(back_populates="message", order_by="Delivery.id")


class Audience(Model):
    """Who a message is for where that was said by a SELECT, and how far it has become deliveries: expansion.py."""

    __tablename__ = "audience"
    __table_args__ = (sa.Index("ix_audience_waiting", "message_id", sqlite_where=WAITING, postgresql_where=WAITING),)

    message_id: Mapped[int] = mapped_column(sa.ForeignKey("message.id", ondelete="CASCADE"), primary_key=True)
    channel: Mapped[str] = mapped_column(sa.String(20))
    size: Mapped[int]
    position: Mapped[int]  # the last member that was taken; members up to it are deleted


class AudienceMember(Model):
    """One of an audience, until there is a delivery instead. The address is kept as openly as where it came from."""

    __tablename__ = "audience_member"

    message_id: Mapped[int] = mapped_column(sa.ForeignKey("audience.message_id", ondelete="CASCADE"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    address: Mapped[str] = mapped_column(sa.String(200))
    language: Mapped[str] = mapped_column(sa.String(5))
    person_id: Mapped[int | None]
    user_id: Mapped[int | None]


class MessageText(Model):
    """The message as rendered for one channel in one language, with marks where it differs by recipient."""

    __tablename__ = "message_text"

    message_id: Mapped[int] = mapped_column(sa.ForeignKey("message.id", ondelete="CASCADE"), primary_key=True)
    channel: Mapped[str] = mapped_column(sa.String(20), primary_key=True)
    language: Mapped[str] = mapped_column(sa.String(5), primary_key=True)
    subject: Mapped[str] = mapped_column(Encrypted("message_text.subject"))
    text: Mapped[str] = mapped_column(Encrypted("message_text.text"))
    html: Mapped[str | None] = mapped_column(Encrypted("message_text.html"))

    message: Mapped[Message] = relationship(back_populates="texts")


class Delivery(Model):
    """One message to one recipient by one channel.

    `attempts` counts tries that the recipient's server answered; a lost connection charges nobody. `inflight` says
    that the bytes may be on the wire, `crash_count` how often the sender died or lost the line just then.
    `reference` is the same in every try (the Message-ID).
    """

    __tablename__ = "delivery"
    __table_args__ = (
        sa.Index("ix_delivery_due", "state", "channel", "priority", "not_before"),
        sa.Index(None, "lease_owner"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    community_id: Mapped[int] = mapped_column(sa.ForeignKey("community.id"), index=True)
    message_id: Mapped[int] = mapped_column(sa.ForeignKey("message.id", ondelete="CASCADE"), index=True)
    channel: Mapped[str] = mapped_column(sa.String(20))
    language: Mapped[str] = mapped_column(sa.String(5))
    address: Mapped[str] = mapped_column(Encrypted("delivery.address"))
    fields: Mapped[str] = mapped_column(Encrypted("delivery.fields"))  # JSON: what fills this recipient's placeholders
    user_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id", ondelete="SET NULL"), index=True)
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id", ondelete="SET NULL"), index=True)
    key: Mapped[str] = mapped_column(sa.String(120), unique=True)
    reference: Mapped[str] = mapped_column(sa.String(32), unique=True)
    priority: Mapped[int]
    state: Mapped[str] = mapped_column(sa.String(10), default=State.QUEUED)
    made_at: Mapped[datetime] = mapped_column(Instant)
    not_before: Mapped[datetime] = mapped_column(Instant)
    expires_at: Mapped[datetime | None] = mapped_column(Instant)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)  # sent, failed, unknown or cancelled since
    attempts: Mapped[int] = mapped_column(default=0)
    crash_count: Mapped[int] = mapped_column(default=0)
    inflight: Mapped[bool] = mapped_column(default=False)
    lease_owner: Mapped[str | None] = mapped_column(sa.String(60))
    lease_until: Mapped[datetime | None] = mapped_column(Instant)
    error: Mapped[str | None] = mapped_column(sa.String(300))

    message: Mapped[Message] = relationship(back_populates="deliveries")
    tries: Mapped[list["DeliveryAttempt"]] = relationship(order_by="DeliveryAttempt.id", viewonly=True)

    @property
    def filling(self) -> dict[str, str]:
        """What fills the placeholders for this recipient."""
        found: dict[str, str] = json.loads(self.fields)
        return found


class DeliveryAttempt(Model):
    """One try and how it ended. Only ever added to."""

    __tablename__ = "delivery_attempt"

    id: Mapped[int] = mapped_column(primary_key=True)
    delivery_id: Mapped[int] = mapped_column(sa.ForeignKey("delivery.id", ondelete="CASCADE"), index=True)
    at: Mapped[datetime] = mapped_column(Instant)
    owner: Mapped[str | None] = mapped_column(sa.String(60))
    outcome: Mapped[str] = mapped_column(sa.String(20))
    detail: Mapped[str | None] = mapped_column(sa.String(300))


class ChannelState(Model):
    """Whether a channel rests after a lost connection, until when, why, and for the how manieth time running."""

    __tablename__ = "channel_state"

    channel: Mapped[str] = mapped_column(sa.String(20), primary_key=True)
    paused_until: Mapped[datetime | None] = mapped_column(Instant)
    failures: Mapped[int] = mapped_column(default=0)
    reason: Mapped[str | None] = mapped_column(sa.String(300))
    changed_at: Mapped[datetime] = mapped_column(Instant)


class Notification(Model):
    """A line in the portal for one member of staff, with the place to go to."""

    __tablename__ = "notification"
    __table_args__ = (sa.Index(None, "user_id", "read_at"), sa.Index(None, "subject_type", "subject_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    community_id: Mapped[int] = mapped_column(sa.ForeignKey("community.id"), index=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id", ondelete="CASCADE"))
    subject_type: Mapped[str | None] = mapped_column(sa.String(40))
    subject_id: Mapped[int | None]
    key: Mapped[str] = mapped_column(sa.String(220), unique=True)
    text: Mapped[str] = mapped_column(sa.String(400))
    url: Mapped[str] = mapped_column(sa.String(400))
    made_at: Mapped[datetime] = mapped_column(Instant)
    read_at: Mapped[datetime | None] = mapped_column(Instant)

    def read(self) -> None:
        self.read_at = self.read_at or clock.now()


@event.listens_for(Session, "before_flush")
def _only_added(session: Session, _context: Any, _instances: Any) -> None:
    for row in [*session.dirty, *session.deleted]:
        if isinstance(row, DeliveryAttempt) and (row in session.deleted or session.is_modified(row)):
            raise TypeError("tries of a delivery are only ever added to")
