"""Roster imports: one run a file, and what reading it found, line by line."""

from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Instant, Model


class RunState(StrEnum):
    WAITING = "waiting"  # uploaded, to be read
    READY = "ready"  # read, its preview shown
    APPLYING = "applying"  # somebody said yes
    APPLIED = "applied"
    FAILED = "failed"  # the file could not be read, or the apply met an error; nothing was changed
    CANCELLED = "cancelled"
    EXPIRED = "expired"  # nobody decided within a day


class LineKind(StrEnum):
    BAD = "bad"
    WARNING = "warning"
    CHANGE = "change"
    MISSING = "missing"  # someone of a unit in the file who is not in the file


class ImportRun(Model):
    """One uploaded roster. The file itself is sealed on disk under `file_key` until the run is settled."""

    __tablename__ = "import_run"

    id: Mapped[int] = mapped_column(primary_key=True)
    community_id: Mapped[int] = mapped_column(sa.ForeignKey("community.id"), index=True)
    made_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    made_by_name: Mapped[str] = mapped_column(sa.String(80))
    made_at: Mapped[datetime] = mapped_column(Instant)
    file_name: Mapped[str] = mapped_column(sa.String(200))
    file_key: Mapped[str | None] = mapped_column(sa.String(64))  # None once the file is deleted
    state: Mapped[str] = mapped_column(sa.String(20), default=RunState.WAITING, index=True)
    state_at: Mapped[datetime] = mapped_column(Instant)
    attempts: Mapped[int] = mapped_column(default=0)  # how often a job began on the present state
    skip_bad: Mapped[bool] = mapped_column(default=False)
    counts: Mapped[dict[str, int]] = mapped_column(sa.JSON, default=dict)  # see roster/plan.py COUNTS
    fault: Mapped[str | None] = mapped_column(sa.String(40))  # a key of roster/words.py
    fault_data: Mapped[dict[str, Any] | None] = mapped_column(sa.JSON)

    @property
    def bad(self) -> int:
        """How many rows cannot be taken over."""
        return self.counts.get("bad", 0)


class ImportLine(Model):
    """One thing to tell about a run: a bad row, a warning, a change to come. Numbers stand here masked."""

    __tablename__ = "import_line"
    __table_args__ = (sa.Index(None, "run_id", "kind", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[int] = mapped_column(sa.ForeignKey("import_run.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(sa.String(10))
    position: Mapped[int]
    sheet: Mapped[str | None] = mapped_column(sa.String(60))
    row: Mapped[int | None]  # as the spreadsheet numbers it
    column: Mapped[str | None] = mapped_column(sa.String(60))  # as the file calls it
    code: Mapped[str] = mapped_column(sa.String(40))  # a key of roster/words.py
    data: Mapped[dict[str, Any]] = mapped_column(sa.JSON, default=dict)
