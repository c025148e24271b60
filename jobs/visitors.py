"""The visitors' jobs (jobs/schedule.py)."""

from portal import clock
from portal.db import db
from portal.visitors.operations import drafts, reminding, retention


def remind() -> None:
    """Every five minutes: overdue visitors, passes and waits that ran out, what was left at a kiosk."""
    now = clock.now()
    reminding.remind(now)
    reminding.expire(now)
    drafts.forget_old(now)
    db.session.commit()


def forget() -> None:
    """Every night: delete the visits whose day has come."""
    retention.forget(clock.now())
    db.session.commit()
    retention.tidy_files()
