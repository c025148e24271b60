"""Must-know answers (应知应会) of an estate (PROC-8)."""

from datetime import date, datetime, timedelta
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Instant, Model

CHECK_EVERY = timedelta(days=90)


class Category(StrEnum):
    ESTATE = "estate"
    PRICES = "prices"
    NEARBY = "nearby"
    PHONES = "phones"
    ERRANDS = "errands"


class Answer(Model):
    """A question that people ask and what is known about it. `checked_on`: the day somebody last made sure of it."""

    __tablename__ = "answer"

    id: Mapped[int] = mapped_column(primary_key=True)
    community_id: Mapped[int] = mapped_column(sa.ForeignKey("community.id"), index=True)
    category: Mapped[str] = mapped_column(sa.String(20))
    question: Mapped[str] = mapped_column(sa.String(120))
    question_en: Mapped[str] = mapped_column(sa.String(200), default="")
    text: Mapped[str] = mapped_column(sa.Text)
    text_en: Mapped[str] = mapped_column(sa.Text, default="")
    keywords: Mapped[str] = mapped_column(sa.String(200), default="")  # other words for the same thing
    checked_on: Mapped[date]
    checked_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    updated_at: Mapped[datetime] = mapped_column(Instant)
    retired_at: Mapped[datetime | None] = mapped_column(Instant)

    def asked(self, language: str) -> str:
        return self.question_en if language == "en" and self.question_en else self.question

    def said(self, language: str) -> str:
        return self.text_en if language == "en" and self.text_en else self.text

    def stale(self, today: date) -> bool:
        """Whether somebody should make sure of it again."""
        return today - self.checked_on > CHECK_EVERY
