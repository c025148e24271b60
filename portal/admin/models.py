"""What the processes write down about themselves: when each periodic job is next due, and who is alive."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Instant, Model


class ScheduleEntry(Model):
    """One periodic job (a row of jobs/schedule.py): when it is due next and when it was last rung for."""

    __tablename__ = "schedule_entry"

    name: Mapped[str] = mapped_column(sa.String(80), primary_key=True)
    next_at: Mapped[datetime] = mapped_column(Instant)
    last_at: Mapped[datetime | None] = mapped_column(Instant)


class Heartbeat(Model):
    """A process that is alive says so here every few seconds."""

    __tablename__ = "heartbeat"

    name: Mapped[str] = mapped_column(sa.String(80), primary_key=True)
    at: Mapped[datetime] = mapped_column(Instant)
