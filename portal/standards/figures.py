"""How promises were kept, counted one by one: a broken one is never hidden in an average (100 - 1 < 0)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from portal.db import db
from portal.standards.models import Promise
from portal.standards.queries import is_broken, is_open


@dataclass(frozen=True)
class Figures:
    """The promises made in a period. made = kept + broken + running + ended.

    `broken` counts every break: made good later (`made_good`), still owed (`still_late`), or replaced by a new time
    or ended. `running` are open and in time, paused ones among them; `ended` no longer applied and were not broken.
    `paused` is the time that clocks stood still, apart from all the others.
    """

    made: int = 0
    kept: int = 0
    broken: int = 0
    made_good: int = 0
    still_late: int = 0
    running: int = 0
    ended: int = 0
    own_time: int = 0
    paused_count: int = 0
    paused: timedelta = timedelta()


def figures(
    community_id: int, since: datetime, until: datetime, now: datetime, *, standard_key: str | None = None
) -> dict[str, Figures]:
    """Figures by standard of the promises made from since to until, as they stand at `now`; one query.

    Only standards that promises were made by are in it.
    """
    counts = _counts(now)
    query = (
        sa.select(Promise.standard_key, *(expression.label(name) for name, expression in counts.items()))
        .where(Promise.community_id == community_id, Promise.made_at >= since, Promise.made_at < until)
        .group_by(Promise.standard_key)
    )
    if standard_key:
        query = query.where(Promise.standard_key == standard_key)
    return {row.standard_key: _figures(row) for row in db.session.execute(query)}


def worst(community_id: int, standard_key: str, now: datetime, limit: int = 20) -> list[Promise]:
    """The latest breaks of a standard, the latest first."""
    return list(
        db.session.scalars(
            sa.select(Promise)
            .where(Promise.community_id == community_id, Promise.standard_key == standard_key, is_broken(now))
            .order_by(Promise.due_at.desc())
            .limit(limit)
        )
    )


def _counts(now: datetime) -> dict[str, sa.ColumnElement[int]]:
    broken = is_broken(now)
    return {
        "made": sa.func.count(),
        "kept": _sum(sa.and_(Promise.kept_at.is_not(None), Promise.broken_at.is_(None))),
        "broken": _sum(broken),
        "made_good": _sum(sa.and_(Promise.kept_at.is_not(None), Promise.broken_at.is_not(None))),
        "still_late": _sum(sa.and_(is_open(), broken)),
        "running": _sum(sa.and_(is_open(), sa.not_(broken))),
        "ended": _sum(sa.and_(Promise.ended_at.is_not(None), Promise.broken_at.is_(None))),
        "own_time": _sum(Promise.own_time.is_(True)),
        "paused_count": _sum(sa.or_(Promise.paused_seconds > 0, Promise.paused_at.is_not(None))),
        "paused_seconds": sa.func.sum(Promise.paused_seconds),
    }


def _sum(condition: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
    return sa.func.sum(sa.case((condition, 1), else_=0))


def _figures(row: sa.Row[tuple[object, ...]]) -> Figures:
    values = dict(row._mapping)
    del values["standard_key"]
    return Figures(
        paused=timedelta(seconds=int(values.pop("paused_seconds"))), **{k: int(v) for k, v in values.items()}
    )
