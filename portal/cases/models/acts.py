"""What was done: plans and the owner's agreement, confirmation, return, follow-up, closure. Facts with who and when.

"Closed by staff" and "confirmed by the customer" are two facts, in two tables. Neither is ever taken back: a case
that goes on ends the row (`ended_at`), and at most one row of a case has not ended.
"""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.db import Instant, Model


def _one_alive(table: str) -> sa.Index:
    alive = sa.text("ended_at IS NULL")
    return sa.Index(f"uq_{table}_alive", "case_id", unique=True, sqlite_where=alive, postgresql_where=alive)


class Plan(Model):
    """What we propose to do, told to the owner, and what the owner said to it (REP-3)."""

    __tablename__ = "case_plan"

    id: Mapped[int] = mapped_column(primary_key=True)
    community_id: Mapped[int] = mapped_column(sa.ForeignKey("community.id"))
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("case.id"), index=True)
    text: Mapped[str] = mapped_column(sa.Text)
    visit_at: Mapped[datetime | None] = mapped_column(Instant)
    cost: Mapped[str | None] = mapped_column(sa.String(80))  # as told to the owner: 材料费 80 元
    told_at: Mapped[datetime] = mapped_column(Instant)
    told_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    agreed: Mapped[bool | None]
    decided_at: Mapped[datetime | None] = mapped_column(Instant)
    decided_how: Mapped[str | None] = mapped_column(sa.String(12))
    decided_by: Mapped[str | None] = mapped_column(sa.String(80))
    reason: Mapped[str | None] = mapped_column(sa.Text)  # why it was declined
    recorded_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    ended_at: Mapped[datetime | None] = mapped_column(Instant)  # replaced, declined, or the case was given back

    told_by: Mapped[Any] = relationship("User", foreign_keys=told_by_id)
    recorded_by: Mapped[Any] = relationship("User", foreign_keys=recorded_by_id)


class Confirmation(Model):
    """The customer says that it is settled. `recorded_by_id`: the member of staff to whom it was told, if any."""

    __tablename__ = "case_confirmation"
    __table_args__ = (_one_alive("case_confirmation"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    community_id: Mapped[int] = mapped_column(sa.ForeignKey("community.id"))
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("case.id"), index=True)
    at: Mapped[datetime] = mapped_column(Instant)
    how: Mapped[str] = mapped_column(sa.String(12))
    by_name: Mapped[str] = mapped_column(sa.String(80))
    recorded_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    note: Mapped[str | None] = mapped_column(sa.Text)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)

    recorded_by: Mapped[Any] = relationship("User")


class Closure(Model):
    """A member of staff closed the case."""

    __tablename__ = "case_closure"
    __table_args__ = (_one_alive("case_closure"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    community_id: Mapped[int] = mapped_column(sa.ForeignKey("community.id"))
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("case.id"), index=True)
    at: Mapped[datetime] = mapped_column(Instant)
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    by_name: Mapped[str] = mapped_column(sa.String(80))
    reason: Mapped[str | None] = mapped_column(sa.Text)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)


class Return(Model):
    """The customer says that it is not settled, and why."""

    __tablename__ = "case_return"

    id: Mapped[int] = mapped_column(primary_key=True)
    community_id: Mapped[int] = mapped_column(sa.ForeignKey("community.id"))
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("case.id"), index=True)
    at: Mapped[datetime] = mapped_column(Instant)
    how: Mapped[str] = mapped_column(sa.String(12))
    by_name: Mapped[str] = mapped_column(sa.String(80))
    recorded_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    reason: Mapped[str] = mapped_column(sa.Text)


class FollowUp(Model):
    """One try to follow up (回访): reached or not, how satisfied, what was said (CASE-9, REP-4)."""

    __tablename__ = "case_follow_up"

    id: Mapped[int] = mapped_column(primary_key=True)
    community_id: Mapped[int] = mapped_column(sa.ForeignKey("community.id"))
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("case.id"), index=True)
    at: Mapped[datetime] = mapped_column(Instant)
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    by_name: Mapped[str] = mapped_column(sa.String(80))
    reached: Mapped[bool]
    satisfaction: Mapped[str | None] = mapped_column(sa.String(12))
    note: Mapped[str | None] = mapped_column(sa.Text)
    round: Mapped[int]  # the case's settling that it belongs to: 1, and one more after each return


class DirectorContact(Model):
    """The office director's contact with a special customer after the settlement (CASE-3)."""

    __tablename__ = "case_director_contact"

    id: Mapped[int] = mapped_column(primary_key=True)
    community_id: Mapped[int] = mapped_column(sa.ForeignKey("community.id"))
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("case.id"), index=True)
    at: Mapped[datetime] = mapped_column(Instant)
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    by_name: Mapped[str] = mapped_column(sa.String(80))
    note: Mapped[str] = mapped_column(sa.Text)
