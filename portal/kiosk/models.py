"""What somebody at a kiosk is just telling us. It lives for minutes, encrypted, and nothing of it in the browser."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Instant, Model
from portal.secret import Encrypted


class Draft(Model):
    """The answers given so far, as JSON. Once `case_id` is set they are the receipt that is still on the screen."""

    __tablename__ = "kiosk_draft"

    id: Mapped[int] = mapped_column(primary_key=True)
    community_id: Mapped[int] = mapped_column(sa.ForeignKey("community.id"))
    device_id: Mapped[int] = mapped_column(sa.ForeignKey("kiosk_device.id"), index=True)
    key_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    kind: Mapped[str] = mapped_column(sa.String(20))
    answers: Mapped[str] = mapped_column(Encrypted("kiosk_draft.answers"))
    made_at: Mapped[datetime] = mapped_column(Instant, index=True)
    case_id: Mapped[int | None] = mapped_column(sa.ForeignKey("case.id", ondelete="CASCADE"))
