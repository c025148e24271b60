"""A group that comes to see the estate: who meets, leads and sees it off, and when each was done (VIS-3)."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.db import Instant, Model


class VisitGroup(Model):
    __tablename__ = "visit_group"

    visit_id: Mapped[int] = mapped_column(sa.ForeignKey("visit.id", ondelete="CASCADE"), primary_key=True)
    organisation: Mapped[str] = mapped_column(sa.String(80))
    guide_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"), index=True)
    meeting_place: Mapped[str | None] = mapped_column(sa.String(80))
    meet_at: Mapped[datetime | None] = mapped_column(Instant)
    lead_at: Mapped[datetime | None] = mapped_column(Instant)
    see_off_at: Mapped[datetime | None] = mapped_column(Instant)
    met_at: Mapped[datetime | None] = mapped_column(Instant)
    led_at: Mapped[datetime | None] = mapped_column(Instant)
    seen_off_at: Mapped[datetime | None] = mapped_column(Instant)

    visit: Mapped[Any] = relationship("Visit", back_populates="group")
    guide: Mapped[Any] = relationship("User", lazy="joined")
