"""What happened, to what, by whom: rows that are only ever added (CASE-15), and the log of who looked (trust)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask import current_app
from sqlalchemy import event
from sqlalchemy.orm import Mapped, Session, mapped_column

from portal import clock
from portal.db import Instant, Model, apart, db, reading
from portal.secret import without_numbers


@dataclass(frozen=True)
class Actor:
    """Who acts: a member of staff by id, or a plain name for a kiosk, a link holder, the system."""

    name: str
    user_id: int | None = None


SYSTEM = Actor("系统")


class TimelineEntry(Model):
    """One change of one thing. `was` and `became` hold what changed; `reason` what the person gave."""

    __tablename__ = "timeline_entry"
    __table_args__ = (sa.Index(None, "subject_type", "subject_id", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    community_id: Mapped[int | None] = mapped_column(sa.ForeignKey("community.id"), index=True)
    subject_type: Mapped[str] = mapped_column(sa.String(40))
    subject_id: Mapped[int]
    at: Mapped[datetime] = mapped_column(Instant)
    verb: Mapped[str] = mapped_column(sa.String(40))
    actor_name: Mapped[str] = mapped_column(sa.String(80))
    actor_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    was: Mapped[str | None] = mapped_column(sa.String(400))
    became: Mapped[str | None] = mapped_column(sa.String(400))
    reason: Mapped[str | None] = mapped_column(sa.Text)
    data: Mapped[dict[str, Any] | None] = mapped_column(sa.JSON)


class AuditEntry(Model):
    """Who looked at, or was refused, what. Numbers of persons never stand here."""

    __tablename__ = "audit_entry"
    __table_args__ = (sa.Index(None, "subject_type", "subject_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    community_id: Mapped[int | None] = mapped_column(sa.ForeignKey("community.id"), index=True)
    at: Mapped[datetime] = mapped_column(Instant, index=True)
    act: Mapped[str] = mapped_column(sa.String(40))
    actor_name: Mapped[str] = mapped_column(sa.String(80))
    actor_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    subject_type: Mapped[str | None] = mapped_column(sa.String(40))
    subject_id: Mapped[int | None]
    reason: Mapped[str | None] = mapped_column(sa.Text)


def record(
    subject: Any,
    verb: str,
    actor: Actor,
    *,
    was: str | None = None,
    became: str | None = None,
    reason: str | None = None,
    data: dict[str, Any] | None = None,
) -> TimelineEntry:
    """Add what happened to `subject` (a stored row with an id) to the present transaction."""
    if subject.id is None:
        db.session.flush()
    entry = TimelineEntry(
        community_id=getattr(subject, "community_id", None),
        subject_type=subject.__tablename__,
        subject_id=subject.id,
        at=clock.now(),
        verb=verb,
        actor_name=actor.name,
        actor_id=actor.user_id,
        was=was,
        became=became,
        reason=reason,
        data=data,
    )
    db.session.add(entry)
    return entry


def history(subject: Any) -> list[TimelineEntry]:
    """Everything that happened to the row, oldest first."""
    query = (
        sa.select(TimelineEntry)
        .where(TimelineEntry.subject_type == subject.__tablename__, TimelineEntry.subject_id == subject.id)
        .order_by(TimelineEntry.at, TimelineEntry.id)
    )
    return list(db.session.scalars(query))


def forget(subject_type: str, subject_ids: Sequence[int]) -> int:
    """Delete the history of rows that the law says must be deleted (PIPL art. 47), with the rows themselves.

    The only way history goes; whoever calls it keeps a receipt. Returns how many entries went.
    """
    gone: Any = db.session.execute(
        sa.delete(TimelineEntry).where(
            TimelineEntry.subject_type == subject_type, TimelineEntry.subject_id.in_(subject_ids)
        )
    )
    count: int = gone.rowcount
    return count


def audit(
    act: str,
    actor: Actor,
    *,
    community_id: int | None = None,
    subject: Any = None,
    reason: str | None = None,
) -> None:
    """Write who looked at what: with the change in a request that writes, apart from it in one that reads.
    Numbers of persons that somebody typed into the reason are struck out."""
    entry = AuditEntry(
        community_id=community_id or getattr(subject, "community_id", None),
        at=clock.now(),
        act=act,
        actor_name=actor.name,
        actor_id=actor.user_id,
        subject_type=getattr(subject, "__tablename__", None),
        subject_id=getattr(subject, "id", None),
        reason=without_numbers(reason) if reason else None,
    )
    if reading():
        with apart() as session:
            session.add(entry)
    else:
        db.session.add(entry)
    current_app.logger.info("audit %s by %s", act, actor.user_id or "nobody signed in")


def audit_refusal(actor: Actor, *, community_id: int | None = None, subject: Any = None, reason: str) -> None:
    """Keep a refused access. What the request had begun is dropped: it is about to be answered with an error."""
    db.session.rollback()
    audit("refused", actor, community_id=community_id, subject=subject, reason=reason)
    if not reading():
        db.session.commit()


@event.listens_for(Session, "before_flush")
def _only_added(session: Session, _context: Any, _instances: Any) -> None:
    for row in [*session.dirty, *session.deleted]:
        if isinstance(row, TimelineEntry | AuditEntry) and (row in session.deleted or session.is_modified(row)):
            raise TypeError("history is only ever added to")
