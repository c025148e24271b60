"""Households and the people in them. Numbers are encrypted; they are found by keyed hash."""

from datetime import date, datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.db import Instant, Model
from portal.people.models.places import Unit
from portal.secret import Encrypted, blind_index, mask_document, mask_phone


class Relation(StrEnum):
    OWNER = "owner"
    TENANT = "tenant"
    FAMILY = "family"


class Person(Model):
    """A customer. Found by name, by phone (whole or last four digits) or through a unit."""

    __tablename__ = "person"

    id: Mapped[int] = mapped_column(primary_key=True)
    community_id: Mapped[int] = mapped_column(sa.ForeignKey("community.id"), index=True)
    name: Mapped[str] = mapped_column(sa.String(80), index=True)
    document: Mapped[str | None] = mapped_column(Encrypted("person.document"))
    document_hash: Mapped[str | None] = mapped_column(sa.String(64), index=True)
    email: Mapped[str | None] = mapped_column(sa.String(200))
    language: Mapped[str] = mapped_column(sa.String(5), default="zh")
    special: Mapped[bool] = mapped_column(default=False)  # CASE-3: the director makes one more contact
    special_reason: Mapped[str | None] = mapped_column(sa.String(200))
    updated_at: Mapped[datetime] = mapped_column(Instant)

    phones: Mapped[list["PersonPhone"]] = relationship(
        order_by="PersonPhone.id", cascade="all, delete-orphan", back_populates="person", lazy="selectin"
    )
    memberships: Mapped[list["Member"]] = relationship(back_populates="person")

    @property
    def phone(self) -> str | None:
        """The first number in full. Show `masked_phone` instead, unless a reason is on record."""
        return self.phones[0].number if self.phones else None

    @property
    def masked_phone(self) -> str:
        return mask_phone(self.phone)

    @property
    def masked_document(self) -> str:
        return mask_document(self.document)

    def set_document(self, number: str | None) -> None:
        self.document = number
        self.document_hash = blind_index("document", number) if number else None


class PersonPhone(Model):
    __tablename__ = "person_phone"

    id: Mapped[int] = mapped_column(primary_key=True)
    community_id: Mapped[int] = mapped_column(sa.ForeignKey("community.id"))
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id", ondelete="CASCADE"), index=True)
    number: Mapped[str] = mapped_column(Encrypted("person_phone.number"))
    number_hash: Mapped[str] = mapped_column(sa.String(64), index=True)
    tail_hash: Mapped[str] = mapped_column(sa.String(64), index=True)

    person: Mapped[Person] = relationship(back_populates="phones")

    @property
    def masked(self) -> str:
        return mask_phone(self.number)

    @classmethod
    def of(cls, community_id: int, number: str) -> "PersonPhone":
        """`number` is digits only (people/numbers.py cleans it)."""
        return cls(
            community_id=community_id,
            number=number,
            number_hash=blind_index("phone", number),
            tail_hash=blind_index("phone-tail", number[-4:]),
        )


class Household(Model):
    """Those who hold or live in one unit for a time. One current household a unit."""

    __tablename__ = "household"

    id: Mapped[int] = mapped_column(primary_key=True)
    community_id: Mapped[int] = mapped_column(sa.ForeignKey("community.id"), index=True)
    unit_id: Mapped[int] = mapped_column(sa.ForeignKey("unit.id"), index=True)
    started_on: Mapped[date | None]
    ended_on: Mapped[date | None]
    note: Mapped[str | None] = mapped_column(sa.String(400))  # 备注 of the roster

    unit: Mapped[Unit] = relationship(lazy="joined")
    members: Mapped[list["Member"]] = relationship(back_populates="household", order_by="Member.id")


class Member(Model):
    """A person in a household, as owner, tenant or family, from one day to another."""

    __tablename__ = "member"
    __table_args__ = (sa.UniqueConstraint("household_id", "person_id", "relation"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    community_id: Mapped[int] = mapped_column(sa.ForeignKey("community.id"))
    household_id: Mapped[int] = mapped_column(sa.ForeignKey("household.id"), index=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    relation: Mapped[str] = mapped_column(sa.String(10))
    from_on: Mapped[date | None]
    to_on: Mapped[date | None]

    household: Mapped[Household] = relationship(back_populates="members")
    person: Mapped[Person] = relationship(back_populates="memberships", lazy="joined")
