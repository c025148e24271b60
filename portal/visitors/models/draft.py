"""A registration under way at a kiosk. Its answers are encrypted and forgotten at its end or after some minutes."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.db import Instant, Model
from portal.secret import Encrypted


class VisitDraft(Model):
    """Bound to one kiosk. Once `visit_id` is set the draft is spent: what is sent again leads to the same visit."""

    __tablename__ = "visit_draft"

    id: Mapped[int] = mapped_column(primary_key=True)
    community_id: Mapped[int] = mapped_column(sa.ForeignKey("community.id"))
    kiosk_id: Mapped[int] = mapped_column(sa.ForeignKey("kiosk_device.id"), index=True)
    token_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    kind: Mapped[str] = mapped_column(sa.String(20))
    answers: Mapped[str] = mapped_column(Encrypted("visit_draft.answers"))  # JSON
    touched_at: Mapped[datetime] = mapped_column(Instant, index=True)
    visit_id: Mapped[int | None] = mapped_column(sa.ForeignKey("visit.id", ondelete="CASCADE"), index=True)

    visit: Mapped[Any] = relationship("Visit")
