"""The watch over promises, every half minute (jobs/schedule.py)."""

from portal.db import db
from portal.watch import operations


def look() -> None:
    operations.look()
    db.session.commit()
