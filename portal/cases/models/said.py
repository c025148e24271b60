"""What was said and shown: words to and from the customer, notes, photos, and who gets word."""

from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.db import Instant, Model
from portal.secret import Encrypted


class WordKind(StrEnum):
    WORD = "word"  # to the customer, on the way
    ANSWER = "answer"  # to the customer: what became of it (CASE-4)
    CUSTOMER = "customer"  # from the customer
    NOTE = "note"  # for staff only


class Word(Model):
    """One thing said. `next_at` is the time promised for the next word."""

    __tablename__ = "case_word"

    id: Mapped[int] = mapped_column(primary_key=True)
    community_id: Mapped[int] = mapped_column(sa.ForeignKey("community.id"))
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("case.id"), index=True)
    kind: Mapped[str] = mapped_column(sa.String(10))
    text: Mapped[str] = mapped_column(sa.Text)
    how: Mapped[str] = mapped_column(sa.String(12))
    at: Mapped[datetime] = mapped_column(Instant)
    next_at: Mapped[datetime | None] = mapped_column(Instant)
    by_name: Mapped[str] = mapped_column(sa.String(80))
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))


class Photo(Model):
    """A picture, re-encoded; `name` is its file (portal/files.py)."""

    __tablename__ = "case_photo"

    id: Mapped[int] = mapped_column(primary_key=True)
    community_id: Mapped[int] = mapped_column(sa.ForeignKey("community.id"))
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("case.id"), index=True)
    name: Mapped[str] = mapped_column(sa.String(60), unique=True)
    width: Mapped[int]
    height: Mapped[int]
    at: Mapped[datetime] = mapped_column(Instant)
    by_name: Mapped[str] = mapped_column(sa.String(80))
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))


class Subscriber(Model):
    """An address that gets word of the case: the caller's, or one left through the receipt."""

    __tablename__ = "case_subscriber"
    __table_args__ = (sa.UniqueConstraint("case_id", "email_hash"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    community_id: Mapped[int] = mapped_column(sa.ForeignKey("community.id"))
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("case.id"), index=True)
    email: Mapped[str] = mapped_column(Encrypted("case_subscriber.email"))
    email_hash: Mapped[str] = mapped_column(sa.String(64))
    name: Mapped[str] = mapped_column(sa.String(80))
    language: Mapped[str] = mapped_column(sa.String(5))
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id", ondelete="SET NULL"))
    at: Mapped[datetime] = mapped_column(Instant)

    case: Mapped[Any] = relationship("Case", viewonly=True)
