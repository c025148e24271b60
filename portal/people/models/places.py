"""Company → communities → buildings → units."""

from datetime import date, time
from decimal import Decimal
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.db import Model


class Company(Model):
    __tablename__ = "company"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(80))
    complaint_phone: Mapped[str | None] = mapped_column(sa.String(40))  # published, CASE-10


class Community(Model):
    """An estate: one service centre, one desk, one kiosk or several."""

    __tablename__ = "community"

    id: Mapped[int] = mapped_column(primary_key=True)
    company_id: Mapped[int] = mapped_column(sa.ForeignKey("company.id"))
    code: Mapped[str] = mapped_column(sa.String(40), unique=True)
    name: Mapped[str] = mapped_column(sa.String(80))
    name_en: Mapped[str | None] = mapped_column(sa.String(80))
    address: Mapped[str | None] = mapped_column(sa.String(200))
    desk_opens: Mapped[time] = mapped_column(default=time(8))
    desk_closes: Mapped[time] = mapped_column(default=time(20))
    phone_24h: Mapped[str | None] = mapped_column(sa.String(40))
    visit_keep_days: Mapped[int] = mapped_column(default=30)

    company: Mapped[Company] = relationship()

    def called(self, language: str) -> str:
        """The estate's name in that language (zh or en)."""
        return self.name_en if language == "en" and self.name_en else self.name


class Building(Model):
    __tablename__ = "building"
    __table_args__ = (sa.UniqueConstraint("community_id", "code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    community_id: Mapped[int] = mapped_column(sa.ForeignKey("community.id"), index=True)
    code: Mapped[str] = mapped_column(sa.String(20))  # as said at the number pad: 3, 12, A
    name: Mapped[str] = mapped_column(sa.String(40))  # as shown: 3 栋
    position: Mapped[int] = mapped_column(default=0)


class UnitKind(StrEnum):
    HOME = "home"
    SHOP = "shop"
    OFFICE = "office"
    PARKING = "parking"


class Unit(Model):
    """One door. `code` is building-section-room, unique in the community: 3-1-1204, or 3-1204 without sections."""

    __tablename__ = "unit"
    __table_args__ = (sa.UniqueConstraint("community_id", "code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    community_id: Mapped[int] = mapped_column(sa.ForeignKey("community.id"), index=True)
    building_id: Mapped[int] = mapped_column(sa.ForeignKey("building.id"), index=True)
    code: Mapped[str] = mapped_column(sa.String(60))
    section: Mapped[str | None] = mapped_column(sa.String(20))  # 单元
    floor: Mapped[int | None]
    number: Mapped[str] = mapped_column(sa.String(20))  # 房号
    area_m2: Mapped[Decimal | None] = mapped_column(sa.Numeric(10, 2))
    kind: Mapped[str] = mapped_column(sa.String(20), default=UnitKind.HOME)
    warranty_until: Mapped[date | None]  # until then REP-2 counts 24 h

    building: Mapped[Building] = relationship(lazy="joined")

    @property
    def label(self) -> str:
        """3 栋 1 单元 1204, as people say it."""
        section = f" {self.section} 单元" if self.section else ""
        return f"{self.building.name}{section} {self.number}"
