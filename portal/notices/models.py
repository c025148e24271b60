"""Notices on the board (NOT-1) and what must always be published (COM-11)."""

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.db import Instant, Model


class State(StrEnum):
    DRAFT = "draft"
    PUBLISHED = "published"
    SUPERSEDED = "superseded"
    EXPIRED = "expired"


# The one table of allowed moves; operations.py makes them.
MOVES: dict[State, frozenset[State]] = {
    State.DRAFT: frozenset({State.PUBLISHED}),
    State.PUBLISHED: frozenset({State.SUPERSEDED, State.EXPIRED}),
    State.SUPERSEDED: frozenset(),
    State.EXPIRED: frozenset(),
}


class Category(StrEnum):
    GENERAL = "general"
    OUTAGE = "outage"
    WORKS = "works"
    SAFETY = "safety"
    ACCOUNTS = "accounts"
    COMPLAINTS = "complaints"  # CASE-8
    EVENT = "event"


class Notice(Model):
    """Something the estate is told. On the board from `starts_at` to `ends_at` while published.

    A correction is a notice of its own: `supersedes_id` names the one it replaces, `correction` says what was wrong.
    """

    __tablename__ = "notice"
    __table_args__ = (sa.Index(None, "community_id", "state", "starts_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    community_id: Mapped[int] = mapped_column(sa.ForeignKey("community.id"))
    category: Mapped[str] = mapped_column(sa.String(20))
    state: Mapped[str] = mapped_column(sa.String(20), default=State.DRAFT)
    title: Mapped[str] = mapped_column(sa.String(120))
    title_en: Mapped[str] = mapped_column(sa.String(200), default="")
    body: Mapped[str] = mapped_column(sa.Text)
    body_en: Mapped[str] = mapped_column(sa.Text, default="")
    pinned: Mapped[bool] = mapped_column(default=False)
    starts_at: Mapped[datetime | None] = mapped_column(Instant)  # none in a draft: from publication on
    ends_at: Mapped[datetime | None] = mapped_column(Instant)
    made_at: Mapped[datetime] = mapped_column(Instant)
    made_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    published_at: Mapped[datetime | None] = mapped_column(Instant)
    supersedes_id: Mapped[int | None] = mapped_column(sa.ForeignKey("notice.id"), index=True)
    correction: Mapped[str] = mapped_column(sa.String(300), default="")

    supersedes: Mapped["Notice | None"] = relationship(remote_side="Notice.id")

    def titled(self, language: str) -> str:
        return self.title_en if language == "en" and self.title_en else self.title

    def said(self, language: str) -> str:
        return self.body_en if language == "en" and self.body_en else self.body

    def stands(self, now: datetime) -> str:
        """Where the notice is at that moment: its state, or `waiting` before its start and `expired` past its end."""
        if self.state == State.PUBLISHED and self.starts_at and self.starts_at > now:
            return "waiting"
        if self.state == State.PUBLISHED and self.ends_at and self.ends_at <= now:
            return State.EXPIRED
        return self.state


class Matter(StrEnum):
    """What COM-11 asks to be always visible. The standards stand in their own register."""

    LICENCE = "licence"
    CONTRACT = "contract"
    SERVICES = "services"
    PRICES = "prices"


class Disclosure(Model):
    """The wording of one matter that must always be published. One row a matter; its history is the timeline."""

    __tablename__ = "disclosure"
    __table_args__ = (sa.UniqueConstraint("community_id", "matter"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    community_id: Mapped[int] = mapped_column(sa.ForeignKey("community.id"))
    matter: Mapped[str] = mapped_column(sa.String(20))
    text: Mapped[str] = mapped_column(sa.Text)
    text_en: Mapped[str] = mapped_column(sa.Text, default="")
    updated_at: Mapped[datetime] = mapped_column(Instant)

    def said(self, language: str) -> str:
        return self.text_en if language == "en" and self.text_en else self.text
