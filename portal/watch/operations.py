"""The watch over promises: reminds the owner, notes a break, tells the managers, then the director. CASE-2.

    half of the time  → the owner (without an owner: the reception)
    the set lead      → the owner once more
    the due time      → broken, for good; the managers and the owner
    still not kept    → the director, a set time later (portal/standards/standard.py: director_after)

Nobody is told of a paused promise. What a watch that was away has missed is caught up with once: of the
reminders only the latest.
"""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from portal import clock, timeline
from portal.db import db
from portal.standards.models import Promise
from portal.watch import claims
from portal.watch.telling import Telling
from portal.web import exact


@dataclass(frozen=True)
class Looked:
    """What one look found: how many promises of each sort."""

    broken: int
    managers: int
    directors: int
    last: int
    half: int


def look(now: datetime | None = None) -> Looked:
    """Do everything that is due at `now`, in the caller's transaction."""
    now = now or clock.now()
    db.session.flush()
    broken = _rows(claims.breaks(now))
    for promise in broken:
        timeline.record(promise, "broken", timeline.SYSTEM, was=exact(promise.due_at))
    telling = Telling()
    managers = _rows(claims.manager_calls(now))
    telling.broken(managers)
    directors = _rows(claims.director_calls(now))
    telling.still_broken(directors)
    last = _rows(claims.last_reminders(now))
    telling.remind(last, "lead")
    half = _rows(claims.half_reminders(now))
    telling.remind(half, "half")
    return Looked(len(broken), len(managers), len(directors), len(last), len(half))


def _rows(ids: list[int]) -> list[Promise]:
    """The claimed rows as they are now, soonest first."""
    if not ids:
        return []
    query = sa.select(Promise).where(Promise.id.in_(ids)).order_by(Promise.due_at, Promise.id)
    return list(db.session.scalars(query.execution_options(populate_existing=True)))
