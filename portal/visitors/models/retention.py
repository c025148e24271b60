"""What remains of visits after their deletion: how many a day, and a receipt of what was deleted."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Instant, Model


class VisitCount(Model):
    """Visits and persons of one kind on one day, kept when the visits themselves are deleted."""

    __tablename__ = "visit_count"

    community_id: Mapped[int] = mapped_column(sa.ForeignKey("community.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(sa.String(20), primary_key=True)
    visits: Mapped[int] = mapped_column(default=0)
    people: Mapped[int] = mapped_column(default=0)


class RetentionReceipt(Model):
    """One run of the deletion in one community. `counts`: rows deleted, by table."""

    __tablename__ = "retention_receipt"

    id: Mapped[int] = mapped_column(primary_key=True)
    community_id: Mapped[int] = mapped_column(sa.ForeignKey("community.id"), index=True)
    at: Mapped[datetime] = mapped_column(Instant)
    keep_days: Mapped[int]
    first_day: Mapped[date]
    last_day: Mapped[date]
    counts: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
