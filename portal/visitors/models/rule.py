"""What a community sets otherwise for a kind of visit."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from portal import timeline
from portal.db import Model
from portal.timeline import Actor


class VisitRule(Model):
    __tablename__ = "visit_rule"
    __table_args__ = (sa.UniqueConstraint("community_id", "kind"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    community_id: Mapped[int] = mapped_column(sa.ForeignKey("community.id"))
    kind: Mapped[str] = mapped_column(sa.String(20))
    arrival: Mapped[str] = mapped_column(sa.String(10))
    limit_minutes: Mapped[int]

    def set(self, arrival: str, limit_minutes: int, actor: Actor) -> None:
        """Change the rule, and keep what it was."""
        was = f"{self.arrival} {self.limit_minutes}" if self.arrival else None
        self.arrival, self.limit_minutes = arrival, limit_minutes
        timeline.record(self, "rule_set", actor, was=was, became=f"{arrival} {limit_minutes}")
