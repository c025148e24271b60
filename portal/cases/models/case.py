"""The case: one need of one customer, from receipt to close."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.cases.kind import Kind
from portal.cases.kinds import KINDS
from portal.cases.stages import ENDED, SETTLED, Stage
from portal.db import Instant, Model
from portal.secret import Encrypted, blind_index, mask_phone

if TYPE_CHECKING:
    from portal.cases.models.acts import Closure, Confirmation, DirectorContact, FollowUp, Plan, Return
    from portal.cases.models.said import Photo, Subscriber, Word


class CaseCounter(Model):
    """The last number given in a community to a kind. Raised in the transaction that makes the case: no gaps."""

    __tablename__ = "case_counter"

    community_id: Mapped[int] = mapped_column(sa.ForeignKey("community.id"), primary_key=True)
    letter: Mapped[str] = mapped_column(sa.String(2), primary_key=True)
    last: Mapped[int]


class Case(Model):
    """`stage` is changed by operations.moves.move alone. The caller need not be in the roster."""

    __tablename__ = "case"
    __table_args__ = (
        sa.UniqueConstraint("community_id", "number"),
        sa.Index(None, "community_id", "stage"),
        sa.Index(None, "community_id", "received_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    community_id: Mapped[int] = mapped_column(sa.ForeignKey("community.id"))
    number: Mapped[str] = mapped_column(sa.String(12))  # B-0031
    kind: Mapped[str] = mapped_column(sa.String(20))
    stage: Mapped[str] = mapped_column(sa.String(12), default=Stage.RECEIVED)
    channel: Mapped[str] = mapped_column(sa.String(20))
    category: Mapped[str | None] = mapped_column(sa.String(20))  # a phrase's key
    title: Mapped[str] = mapped_column(sa.String(120))
    detail: Mapped[str] = mapped_column(sa.Text, default="")
    place: Mapped[str | None] = mapped_column(sa.String(120))
    urgent: Mapped[bool] = mapped_column(default=False)
    paid: Mapped[bool] = mapped_column(default=False)  # a paid domestic repair (REP-6)
    in_warranty: Mapped[bool] = mapped_column(default=False)
    special: Mapped[bool] = mapped_column(default=False)  # of a special customer (CASE-3)

    unit_id: Mapped[int | None] = mapped_column(sa.ForeignKey("unit.id"), index=True)
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id", ondelete="SET NULL"), index=True)
    caller_name: Mapped[str] = mapped_column(sa.String(80))
    caller_phone: Mapped[str | None] = mapped_column(Encrypted("case.caller_phone"))
    phone_hash: Mapped[str | None] = mapped_column(sa.String(64), index=True)
    tail_hash: Mapped[str | None] = mapped_column(sa.String(64), index=True)
    caller_language: Mapped[str] = mapped_column(sa.String(5), default="zh")
    code_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)  # of the eight digits on the receipt

    first_owner_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"), index=True)  # 首问 (CASE-2)
    handler_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"), index=True)
    merged_into_id: Mapped[int | None] = mapped_column(sa.ForeignKey("case.id"), index=True)
    post_url: Mapped[str | None] = mapped_column(sa.String(400))  # the post on the forum (CASE-7)

    received_at: Mapped[datetime] = mapped_column(Instant)
    posted_at: Mapped[datetime | None] = mapped_column(Instant)  # when the post appeared on the forum
    forwarded_at: Mapped[datetime | None] = mapped_column(Instant)  # when another department passed it on
    post_replied_at: Mapped[datetime | None] = mapped_column(Instant)
    assigned_at: Mapped[datetime | None] = mapped_column(Instant)
    arrived_at: Mapped[datetime | None] = mapped_column(Instant)
    settled_at: Mapped[datetime | None] = mapped_column(Instant)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)

    unit: Mapped[Any] = relationship("Unit", lazy="joined")
    person: Mapped[Any] = relationship("Person")
    community: Mapped[Any] = relationship("Community")
    first_owner: Mapped[Any] = relationship("User", foreign_keys=first_owner_id)
    handler: Mapped[Any] = relationship("User", foreign_keys=handler_id)
    main: Mapped["Case | None"] = relationship(remote_side="Case.id", back_populates="duplicates")
    duplicates: Mapped[list["Case"]] = relationship(back_populates="main", order_by="Case.id")
    words: Mapped[list["Word"]] = relationship(order_by="Word.id")
    photos: Mapped[list["Photo"]] = relationship(order_by="Photo.id")
    subscribers: Mapped[list["Subscriber"]] = relationship(order_by="Subscriber.id")
    plans: Mapped[list["Plan"]] = relationship(order_by="Plan.id")
    returns: Mapped[list["Return"]] = relationship(order_by="Return.id")
    confirmations: Mapped[list["Confirmation"]] = relationship(order_by="Confirmation.id")
    closures: Mapped[list["Closure"]] = relationship(order_by="Closure.id")
    follow_ups: Mapped[list["FollowUp"]] = relationship(order_by="FollowUp.id")
    director_contacts: Mapped[list["DirectorContact"]] = relationship(order_by="DirectorContact.id")

    @property
    def of_kind(self) -> Kind:
        return KINDS[self.kind]

    @property
    def label(self) -> str:
        """How reminders call it."""
        return f"{self.number} {self.title}"

    @property
    def path(self) -> str:
        """Its page for staff."""
        return f"/cases/{self.id}"

    @property
    def is_open(self) -> bool:
        return self.stage not in ENDED

    @property
    def is_settled(self) -> bool:
        return self.stage in SETTLED

    @property
    def masked_phone(self) -> str:
        return mask_phone(self.caller_phone)

    @property
    def plan(self) -> "Plan | None":
        """The plan that counts: the last one told since the case was last given back."""
        return self.plans[-1] if self.plans and self.plans[-1].ended_at is None else None

    @property
    def confirmation(self) -> "Confirmation | None":
        return next((row for row in self.confirmations if row.ended_at is None), None)

    @property
    def closure(self) -> "Closure | None":
        return next((row for row in self.closures if row.ended_at is None), None)

    def moves(self) -> frozenset[Stage]:
        """The stages that may follow by the table of its kind."""
        return self.of_kind.moves_from(Stage(self.stage))

    def set_phone(self, number: str | None) -> None:
        """`number` is digits only."""
        self.caller_phone = number or None
        self.phone_hash = blind_index("phone", number) if number else None
        self.tail_hash = blind_index("phone-tail", number[-4:]) if number else None
