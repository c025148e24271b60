"""What time does to visits: overdue ones are brought to the guards' notice, passes and waits run out (VIS-2)."""

from datetime import datetime, timedelta

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from portal import timeline
from portal.access import Role
from portal.db import db
from portal.outbox import operations as outbox
from portal.outbox.rendering import link
from portal.people import queries as people
from portal.standards.queries import standard_for
from portal.visitors.models import Visit
from portal.visitors.moves import State, move
from portal.visitors.operations.confirming import WAIT

STANDARD = "VIS-2"


def remind(now: datetime) -> int:
    """Tell the guards once of each visitor who stays longer than expected; returns of how many."""
    query = sa.select(Visit).where(Visit.state == State.INSIDE, Visit.leave_by < now, Visit.reminded_at.is_(None))
    late = [visit for visit in db.session.scalars(query.order_by(Visit.id)) if _due(visit, now)]
    for visit in late:
        _tell(visit, now)
    return len(late)


def _due(visit: Visit, now: datetime) -> bool:
    grace = timedelta(minutes=standard_for(visit.community_id, STANDARD).amount)
    return visit.leave_by is not None and visit.leave_by + grace <= now


def _tell(visit: Visit, now: datetime) -> None:
    guards = people.staff_with_role(visit.community_id, Role.GUARD)
    key = f"visit-overdue:{visit.id}:{visit.entries}"
    outbox.notify(
        [guard.id for guard in guards],
        community_id=visit.community_id,
        text=_l(
            "%(kind)s到 %(place)s，已过预计离开时间，还没有签离。", kind=visit.rules.name, place=visit.place or "—"
        ),
        url=visit.path,
        key=key,
        subject_type=visit.__tablename__,
        subject_id=visit.id,
    )
    outbox.send(
        "visit_overdue",
        [outbox.To(guard.email or "", guard.language, guard.name, user_id=guard.id) for guard in guards],
        community_id=visit.community_id,
        key=key,
        subject_type=visit.__tablename__,
        subject_id=visit.id,
        visit=visit,
        url=link("visitors.show", visit_id=visit.id),
    )
    visit.reminded_at = now
    visit.changed_at = now
    timeline.record(visit, "overdue", timeline.SYSTEM)


def expire(now: datetime) -> int:
    """End the passes whose window is over unused, and the waits that nobody answered; returns how many."""
    unused = sa.and_(Visit.state == State.EXPECTED, Visit.ends_at <= now)
    unanswered = sa.and_(Visit.state == State.WAITING, Visit.made_at <= now - WAIT)
    over = list(db.session.scalars(sa.select(Visit).where(sa.or_(unused, unanswered)).order_by(Visit.id)))
    for visit in over:
        move(visit, State.EXPIRED, "expired", timeline.SYSTEM)
    return len(over)
