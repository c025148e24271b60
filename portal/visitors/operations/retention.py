"""Deleting visits when their time is over (PIPL art. 47), with a receipt of counts.

The visit goes with all that hangs on it: its group, drafts, links, history and mails. What stays is how many came
on which day, by kind. Staff's own traces (the audit log) stay: they hold no number of a visitor.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from portal import clock, timeline
from portal.db import db
from portal.outbox import operations as outbox
from portal.people import links
from portal.people.models import Community
from portal.visitors.models import RetentionReceipt, Visit, VisitCount, VisitDraft, VisitGroup

CHUNK = 500
# The tables of what is deleted, and of what goes with it by its foreign key.
HELD = (
    *("visit", "visit_draft", "visit_group", "link", "timeline_entry"),
    *("message", "message_text", "delivery", "delivery_attempt", "notification"),
)


def forget(now: datetime) -> list[RetentionReceipt]:
    """Delete every visit whose `forget_on` has come, community by community."""
    today = clock.local(now).date()
    query = sa.select(Visit.community_id).where(Visit.forget_on <= today).distinct()
    communities = list(db.session.scalars(query.order_by(Visit.community_id)))
    return [_forget_in(db.session.get_one(Community, one), today, now) for one in communities]


def _forget_in(community: Community, today: date, now: datetime) -> RetentionReceipt:
    query = sa.select(Visit.id, Visit.kind, Visit.people, Visit.made_at).where(
        Visit.community_id == community.id, Visit.forget_on <= today
    )
    rows = list(db.session.execute(query.order_by(Visit.id)))
    days = [clock.local(row.made_at).date() for row in rows]
    _count(community.id, [(day, row.kind, row.people) for day, row in zip(days, rows, strict=True)])
    counts: Counter[str] = Counter()
    for start in range(0, len(rows), CHUNK):
        counts.update(_delete([row.id for row in rows[start : start + CHUNK]]))
    receipt = RetentionReceipt(
        community_id=community.id,
        at=now,
        keep_days=community.visit_keep_days,
        first_day=min(days),
        last_day=max(days),
        counts=dict(counts),
    )
    db.session.add(receipt)
    return receipt


def _count(community_id: int, visits: Sequence[tuple[date, str, int]]) -> None:
    """Add the visits to the counts of their days."""
    came: Counter[tuple[date, str]] = Counter()
    persons: Counter[tuple[date, str]] = Counter()
    for day, kind, people in visits:
        came[day, kind] += 1
        persons[day, kind] += people
    for (day, kind), visits_that_day in came.items():
        row = db.session.get(VisitCount, (community_id, day, kind))
        if row is None:
            row = VisitCount(community_id=community_id, day=day, kind=kind, visits=0, people=0)
            db.session.add(row)
        row.visits += visits_that_day
        row.people += persons[day, kind]


def _delete(ids: Sequence[int]) -> dict[str, int]:
    subject = Visit.__tablename__
    gone = {
        "messages": outbox.forget(subject, ids),
        "links": links.forget(subject, ids),
        "history": timeline.forget(subject, ids),
        "drafts": _rows(sa.delete(VisitDraft).where(VisitDraft.visit_id.in_(ids))),
        "groups": _rows(sa.delete(VisitGroup).where(VisitGroup.visit_id.in_(ids))),
    }
    return {"visits": _rows(sa.delete(Visit).where(Visit.id.in_(ids))), **gone}


def _rows(statement: sa.Delete) -> int:
    done: Any = db.session.execute(statement)
    count: int = done.rowcount
    return count


def tidy_files() -> None:
    """After the commit: nothing of the deleted rows stays in SQLite's write-ahead log or in PostgreSQL's dead rows."""
    if db.engine.dialect.name == "sqlite":
        connection = db.engine.raw_connection()
        try:
            connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
        finally:
            connection.close()
        return
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as plain:
        plain.exec_driver_sql(f"VACUUM {', '.join(HELD)}")
