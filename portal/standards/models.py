"""The tables of standards: what a community changed, its working calendar, promises and their pauses."""

from datetime import date, datetime, timedelta
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.db import Instant, Model
from portal.standards.register import STANDARDS, Standard


class StandardOverride(Model):
    """A community's own number for a standard. The latest row counts; a row without an amount withdraws.

    Rows are only ever added: who, when, from what, to what, why.
    """

    __tablename__ = "standard_override"
    __table_args__ = (sa.Index(None, "community_id", "standard_key", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    community_id: Mapped[int] = mapped_column(sa.ForeignKey("community.id"))
    standard_key: Mapped[str] = mapped_column(sa.String(40))
    was: Mapped[int]
    amount: Mapped[int | None]
    lead: Mapped[int | None]  # minutes before the end at which the owner is reminded
    reason: Mapped[str] = mapped_column(sa.Text)
    made_at: Mapped[datetime] = mapped_column(Instant)
    made_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    made_by: Mapped[str] = mapped_column(sa.String(80))


class DayKind(StrEnum):
    HOLIDAY = "holiday"
    WORKDAY = "workday"


class CalendarDay(Model):
    """A day that is not what its weekday says. Without a community: national; a community's own row wins."""

    __tablename__ = "calendar_day"
    __table_args__ = (
        sa.UniqueConstraint("community_id", "day"),
        sa.Index(
            "uq_calendar_day_national",
            "day",
            unique=True,
            sqlite_where=sa.text("community_id IS NULL"),
            postgresql_where=sa.text("community_id IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    community_id: Mapped[int | None] = mapped_column(sa.ForeignKey("community.id"))
    day: Mapped[date]
    kind: Mapped[str] = mapped_column(sa.String(10))
    name: Mapped[str] = mapped_column(sa.String(60))

    @property
    def works(self) -> bool:
        return self.kind == DayKind.WORKDAY


class PromiseState(StrEnum):
    OPEN = "open"
    PAUSED = "paused"
    BROKEN = "broken"  # past its time and not yet kept
    KEPT = "kept"
    KEPT_LATE = "kept_late"
    ENDED = "ended"  # no longer applies, or replaced by a new promise


OPEN = sa.text("kept_at IS NULL AND ended_at IS NULL")


class Promise(Model):
    """A time given to a customer. Whatever happens later, what was promised, and a break of it, stay.

    `due_at` is moved by pauses only; `first_due_at` is what was told. The four instants half_at, lead_at,
    due_at and director_at are when the owner, the owner again, the managers and the director are to be told;
    reminded_half_at … escalated_director_at are when they were.
    """

    __tablename__ = "promise"
    __table_args__ = (
        # The board and the watch ask for open promises only: few rows, however many years of kept ones there are.
        sa.Index("ix_promise_open", "community_id", "due_at", sqlite_where=OPEN, postgresql_where=OPEN),
        sa.Index("ix_promise_due", "due_at", sqlite_where=OPEN, postgresql_where=OPEN),
        sa.Index(None, "escalated_manager_at", "broken_at"),
        sa.Index(None, "subject_type", "subject_id"),
        sa.Index(None, "community_id", "standard_key", "made_at"),
        sa.Index(None, "community_id", "made_at"),
        sa.Index(None, "owner_id", "due_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    community_id: Mapped[int] = mapped_column(sa.ForeignKey("community.id"))
    subject_type: Mapped[str] = mapped_column(sa.String(40))
    subject_id: Mapped[int]
    label: Mapped[str] = mapped_column(sa.String(200))  # how people call the subject: B-20261121-007 厨房漏水
    path: Mapped[str] = mapped_column(sa.String(200), default="")  # its page
    clock: Mapped[str] = mapped_column(sa.String(20))  # word, settle, on_site, follow_up, director
    standard_key: Mapped[str] = mapped_column(sa.String(40))
    amount: Mapped[int]  # the community's number when the promise was made
    of_the_manual: Mapped[bool]  # whether that number is the manual's own
    own_time: Mapped[bool] = mapped_column(default=False)  # a time given by a person, not counted from the standard
    beyond_calendar: Mapped[bool] = mapped_column(default=False)  # counted past the last published holidays
    owner_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    reason: Mapped[str | None] = mapped_column(sa.Text)
    renews_id: Mapped[int | None] = mapped_column(sa.ForeignKey("promise.id"), index=True)

    made_at: Mapped[datetime] = mapped_column(Instant)
    first_due_at: Mapped[datetime] = mapped_column(Instant)
    due_at: Mapped[datetime] = mapped_column(Instant)
    kept_at: Mapped[datetime | None] = mapped_column(Instant)
    broken_at: Mapped[datetime | None] = mapped_column(Instant)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)
    renewed: Mapped[bool] = mapped_column(default=False)  # ended by a new promise
    end_reason: Mapped[str | None] = mapped_column(sa.Text)
    paused_at: Mapped[datetime | None] = mapped_column(Instant)
    paused_seconds: Mapped[int] = mapped_column(default=0)

    half_at: Mapped[datetime] = mapped_column(Instant)
    lead_at: Mapped[datetime] = mapped_column(Instant)
    director_at: Mapped[datetime] = mapped_column(Instant)
    reminded_half_at: Mapped[datetime | None] = mapped_column(Instant)
    reminded_lead_at: Mapped[datetime | None] = mapped_column(Instant)
    escalated_manager_at: Mapped[datetime | None] = mapped_column(Instant)
    escalated_director_at: Mapped[datetime | None] = mapped_column(Instant)

    pauses: Mapped[list["Pause"]] = relationship(order_by="Pause.id", back_populates="promise")

    @property
    def standard(self) -> Standard:
        return STANDARDS[self.standard_key]

    def state(self, now: datetime) -> PromiseState:
        """Where the promise stands at `now`; a break counts from its due time, seen by the watch or not."""
        if self.kept_at:
            return PromiseState.KEPT_LATE if self.broken_at else PromiseState.KEPT
        if self.ended_at:
            return PromiseState.ENDED
        if self.paused_at:
            return PromiseState.PAUSED
        return PromiseState.BROKEN if self.broken_at or self.due_at < now else PromiseState.OPEN

    @property
    def is_open(self) -> bool:
        """Neither kept nor ended: somebody still owes it."""
        return self.kept_at is None and self.ended_at is None

    @property
    def paused_for(self) -> timedelta:
        """The length of all finished pauses."""
        return timedelta(seconds=self.paused_seconds)

    def move(self, length: timedelta) -> None:
        """Shift what is still to come by the length of a pause."""
        self.half_at += length
        self.lead_at += length
        self.due_at += length
        self.director_at += length
        self.paused_seconds += round(length.total_seconds())


class Pause(Model):
    """A stretch in which a promise's clock stood still, with its reason; counted apart."""

    __tablename__ = "promise_pause"

    id: Mapped[int] = mapped_column(primary_key=True)
    community_id: Mapped[int] = mapped_column(sa.ForeignKey("community.id"))
    promise_id: Mapped[int] = mapped_column(sa.ForeignKey("promise.id"), index=True)
    from_at: Mapped[datetime] = mapped_column(Instant)
    to_at: Mapped[datetime | None] = mapped_column(Instant)
    reason: Mapped[str] = mapped_column(sa.Text)
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    by: Mapped[str] = mapped_column(sa.String(80))

    promise: Mapped[Promise] = relationship(back_populates="pauses")
