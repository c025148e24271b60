"""The desk itself: is it ready before it opens, and who calls it from a kiosk (CASE-16)."""

from datetime import date, datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.db import Instant, Model
from portal.people.models import User


class Group(StrEnum):
    ENVIRONMENT = "environment"
    PEOPLE = "people"
    MATERIALS = "materials"


class ChecklistItem(Model):
    """One thing to look at before the desk opens. A retired item stays for the days on which it counted."""

    __tablename__ = "checklist_item"

    id: Mapped[int] = mapped_column(primary_key=True)
    community_id: Mapped[int] = mapped_column(sa.ForeignKey("community.id"), index=True)
    group: Mapped[str] = mapped_column(sa.String(20))
    text: Mapped[str] = mapped_column(sa.String(120))
    made_at: Mapped[datetime] = mapped_column(Instant)
    retired_at: Mapped[datetime | None] = mapped_column(Instant)


class ChecklistTick(Model):
    """Somebody has seen to the item on that day."""

    __tablename__ = "checklist_tick"
    __table_args__ = (sa.UniqueConstraint("item_id", "day"), sa.Index(None, "community_id", "day"))

    id: Mapped[int] = mapped_column(primary_key=True)
    community_id: Mapped[int] = mapped_column(sa.ForeignKey("community.id"))
    item_id: Mapped[int] = mapped_column(sa.ForeignKey("checklist_item.id"))
    day: Mapped[date]
    ticked_at: Mapped[datetime] = mapped_column(Instant)
    ticked_by_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"))

    ticked_by: Mapped[User] = relationship(lazy="joined")


class KioskCall(Model):
    """Somebody at a kiosk asks for a person. It rings until taken or called off; one at a time from each kiosk."""

    __tablename__ = "kiosk_call"
    __table_args__ = (
        sa.Index(None, "community_id", "called_at"),
        sa.Index(
            "uq_kiosk_call_ringing",
            "device_id",
            unique=True,
            sqlite_where=sa.text("taken_at IS NULL AND called_off_at IS NULL"),
            postgresql_where=sa.text("taken_at IS NULL AND called_off_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    community_id: Mapped[int] = mapped_column(sa.ForeignKey("community.id"))
    device_id: Mapped[int] = mapped_column(sa.ForeignKey("kiosk_device.id"))
    place: Mapped[str] = mapped_column(sa.String(60))
    called_at: Mapped[datetime] = mapped_column(Instant)
    taken_at: Mapped[datetime | None] = mapped_column(Instant)
    taken_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    called_off_at: Mapped[datetime | None] = mapped_column(Instant)

    taken_by: Mapped[User | None] = relationship(lazy="joined")

    @property
    def ringing(self) -> bool:
        return self.taken_at is None and self.called_off_at is None
