"""A visit. What tells who somebody is stands here encrypted, is found by keyed hash and shown masked."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal import clock
from portal.db import Instant, Model
from portal.secret import Encrypted, blind_index, mask_document, mask_name, mask_phone
from portal.visitors.kinds import KINDS, Kind

TAIL = 4


class Visit(Model):
    """One visit, from being expected or standing at the door to its end; deleted at `forget_on`.

    `leave_by` is when the visitor should have left; `starts_at`..`ends_at` the window of a pass. `entries` counts
    how often the pass let somebody in, of `entries_allowed`. `form_key` makes a form sent twice one visit.
    """

    __tablename__ = "visit"
    __table_args__ = (
        sa.Index(None, "community_id", "state"),
        sa.Index(None, "community_id", "made_at"),
        sa.UniqueConstraint("community_id", "number_hash"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    community_id: Mapped[int] = mapped_column(sa.ForeignKey("community.id"), index=True)
    kind: Mapped[str] = mapped_column(sa.String(20))
    state: Mapped[str] = mapped_column(sa.String(12))
    channel: Mapped[str] = mapped_column(sa.String(10))  # kiosk, desk, household
    unit_id: Mapped[int | None] = mapped_column(sa.ForeignKey("unit.id"), index=True)
    household_id: Mapped[int | None] = mapped_column(sa.ForeignKey("household.id"), index=True)
    number: Mapped[str] = mapped_column(Encrypted("visit.number"))  # 8 digits, typed at the kiosk
    number_hash: Mapped[str] = mapped_column(sa.String(64))
    name: Mapped[str | None] = mapped_column(Encrypted("visit.name"))
    name_hash: Mapped[str | None] = mapped_column(sa.String(64), index=True)
    phone: Mapped[str | None] = mapped_column(Encrypted("visit.phone"))
    phone_hash: Mapped[str | None] = mapped_column(sa.String(64), index=True)
    tail_hash: Mapped[str | None] = mapped_column(sa.String(64), index=True)
    document: Mapped[str | None] = mapped_column(Encrypted("visit.document"))
    document_hash: Mapped[str | None] = mapped_column(sa.String(64), index=True)
    document_consent_at: Mapped[datetime | None] = mapped_column(Instant)
    plate: Mapped[str | None] = mapped_column(Encrypted("visit.plate"))
    plate_hash: Mapped[str | None] = mapped_column(sa.String(64), index=True)
    purpose: Mapped[str | None] = mapped_column(sa.String(20))  # a key of the kind's purposes
    people: Mapped[int] = mapped_column(default=1)
    made_at: Mapped[datetime] = mapped_column(Instant)
    changed_at: Mapped[datetime] = mapped_column(Instant)
    starts_at: Mapped[datetime | None] = mapped_column(Instant)
    ends_at: Mapped[datetime | None] = mapped_column(Instant)
    entries_allowed: Mapped[int] = mapped_column(default=1)
    entries: Mapped[int] = mapped_column(default=0)
    asked_at: Mapped[datetime | None] = mapped_column(Instant)  # the household, by e-mail
    decided_by: Mapped[str | None] = mapped_column(sa.String(10))  # host, telephone, guard
    entered_at: Mapped[datetime | None] = mapped_column(Instant)
    leave_by: Mapped[datetime | None] = mapped_column(Instant, index=True)
    left_at: Mapped[datetime | None] = mapped_column(Instant)
    reminded_at: Mapped[datetime | None] = mapped_column(Instant)  # the guards, VIS-2
    keep_days: Mapped[int]
    forget_on: Mapped[date] = mapped_column(index=True)
    form_key: Mapped[str | None] = mapped_column(sa.String(64), unique=True)

    unit: Mapped[Any] = relationship("Unit", lazy="joined")
    community: Mapped[Any] = relationship("Community")
    group: Mapped[Any] = relationship("VisitGroup", back_populates="visit", uselist=False, lazy="joined")

    @property
    def rules(self) -> Kind:
        return KINDS[self.kind]

    @property
    def place(self) -> str:
        """Where to, as people say it; a group's organisation where there is no door."""
        if self.unit is not None:
            return str(self.unit.label)
        return str(self.group.organisation) if self.group else ""

    @property
    def path(self) -> str:
        """Its page for guards: for notifications, which are also written where no request is."""
        return f"/visitors/{self.id}"

    @property
    def masked_name(self) -> str:
        return mask_name(self.name)

    @property
    def masked_phone(self) -> str:
        return mask_phone(self.phone)

    @property
    def masked_document(self) -> str:
        return mask_document(self.document)

    @property
    def masked_plate(self) -> str:
        return f"{self.plate[:2]}***{self.plate[-2:]}" if self.plate else ""

    @property
    def who(self) -> str:
        """What a list may show: a masked name, else a masked number."""
        return self.masked_name or self.masked_phone

    @property
    def version(self) -> str:
        """Changes whenever the visit does; for live pages."""
        return f"{self.id}-{self.changed_at.timestamp():.6f}"

    def overdue(self, now: datetime | None = None) -> bool:
        """Inside past the time to leave."""
        return self.state == "inside" and self.leave_by is not None and self.leave_by < (now or clock.now())

    def runs(self, now: datetime) -> bool:
        """Whether the pass's window is open. A walk-in has none."""
        return (self.starts_at is None or self.starts_at <= now) and (self.ends_at is None or now < self.ends_at)

    def is_early(self, now: datetime) -> bool:
        """Expected, and the window has not opened yet."""
        return self.state == "expected" and self.starts_at is not None and now < self.starts_at

    def may_come_again(self, now: datetime) -> bool:
        """A pass for several entries that still runs."""
        return self.state == "left" and self.entries < self.entries_allowed and self.runs(now)

    def set_number(self, number: str) -> None:
        self.number, self.number_hash = number, number_hash(self.community_id, number)

    def set_name(self, name: str | None) -> None:
        self.name, self.name_hash = name or None, blind_index("visit-name", name) if name else None

    def set_phone(self, phone: str | None) -> None:
        self.phone = phone or None
        self.phone_hash = blind_index("phone", phone) if phone else None
        self.tail_hash = blind_index("phone-tail", phone[-TAIL:]) if phone else None

    def set_document(self, document: str | None, consent_at: datetime | None) -> None:
        """Only with the visitor's own consent, and its time."""
        if document and consent_at is None:
            raise ValueError("a document number needs its consent")
        self.document, self.document_consent_at = document or None, consent_at if document else None
        self.document_hash = blind_index("document", document) if document else None

    def set_plate(self, plate: str | None) -> None:
        self.plate, self.plate_hash = plate or None, blind_index("plate", plate) if plate else None


def number_hash(community_id: int, number: str) -> str:
    return blind_index("visit-number", f"{community_id}:{number}")
