"""The kiosk's job (jobs/schedule.py)."""

from portal.db import db
from portal.kiosk import drafts


def forget() -> None:
    """Every five minutes: what people left unfinished at a kiosk."""
    drafts.forget()
    db.session.commit()
