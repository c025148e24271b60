"""The board: broken promises first, then what is due next. A constant number of queries, however many cases."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from portal import clock
from portal.cases.models import Case
from portal.cases.queries.find import matching
from portal.cases.stages import ENDED, Clock, Stage
from portal.db import db
from portal.standards.models import Promise
from portal.standards.queries import is_open
from portal.timeline import TimelineEntry

MOST = 200
HOUR = timedelta(hours=1)
WAITING = (Stage.PLANNED, Stage.DONE)
FRESH_SECONDS = 300  # the figures count what is due within the hour: they are drawn anew every so often
ON_CASE = Promise.subject_type == Case.__tablename__


@dataclass(frozen=True)
class Filters:
    """What the board shows. `mine` and `handler`: a user's id; `q`: unit, name, phone or its tail, number."""

    kind: str | None = None
    stage: str | None = None
    channel: str | None = None
    mine: int | None = None
    handler: int | None = None
    unassigned: bool = False
    late: bool = False
    soon: bool = False
    waiting: bool = False
    follow_up: bool = False
    urgent: bool = False
    q: str = ""


@dataclass(frozen=True)
class Row:
    """One case with its next promise; `breaks` counts the promises ever broken, `households` those who share it."""

    case: Case
    promise: Promise | None
    breaks: int
    households: int


@dataclass(frozen=True)
class Figures:
    """The four figures above the board."""

    late: int = 0
    longest: timedelta | None = None
    soon: int = 0
    soon_urgent: int = 0
    waiting: int = 0
    waiting_since: datetime | None = None
    follow_up: int = 0
    follow_up_today: int = 0


def board(community_id: int, filters: Filters) -> list[Row]:
    """The rows, at most 200. A search finds ended cases too; else only open ones are shown."""
    ranked = _ranked(community_id)
    query = (
        sa.select(Case, Promise)
        .outerjoin(ranked, sa.and_(ranked.c.subject_id == Case.id, ranked.c.rank == 1))
        .outerjoin(Promise, Promise.id == ranked.c.id)
        .where(Case.community_id == community_id, *_conditions(community_id, filters))
        .options(joinedload(Case.handler), joinedload(Case.first_owner))
        .order_by(
            Case.stage.in_(ENDED),
            Promise.id.is_(None),
            Promise.paused_at.is_not(None),
            Promise.due_at,
            Case.id.desc(),
        )
        .limit(MOST)
    )
    found = db.session.execute(query).all()
    ids = [case.id for case, _promise in found]
    breaks, shared = _breaks(ids), _shared(ids)
    return [Row(case, promise, breaks.get(case.id, 0), 1 + shared.get(case.id, 0)) for case, promise in found]


def _ranked(community_id: int) -> sa.Subquery:
    """Open promises on cases, each with its place among those of its case: what runs before what is paused, then
    by time. Rank 1 is the one that the board shows."""
    order = (Promise.paused_at.is_not(None), Promise.due_at, Promise.id)
    return (
        sa.select(
            Promise.id,
            Promise.subject_id,
            sa.func.row_number().over(partition_by=Promise.subject_id, order_by=order).label("rank"),
        )
        .where(ON_CASE, Promise.community_id == community_id, is_open())
        .subquery()
    )


def _conditions(community_id: int, filters: Filters) -> list[sa.ColumnElement[bool]]:
    now = clock.now()
    running = sa.and_(Promise.paused_at.is_(None), Promise.id.is_not(None))
    wanted: list[tuple[object, sa.ColumnElement[bool]]] = [
        (not filters.q and filters.stage not in ENDED, Case.stage.not_in(ENDED)),
        (filters.q, matching(community_id, filters.q)),
        (filters.kind, Case.kind == filters.kind),
        (filters.stage, Case.stage == filters.stage),
        (filters.channel, Case.channel == filters.channel),
        (filters.mine, sa.or_(Case.first_owner_id == filters.mine, Case.handler_id == filters.mine)),
        (filters.handler, Case.handler_id == filters.handler),
        (filters.unassigned, sa.and_(Case.handler_id.is_(None), Case.stage.in_((Stage.RECEIVED, Stage.CHECKING)))),
        (filters.late, sa.and_(running, Promise.due_at < now)),
        (filters.soon, sa.and_(running, Promise.due_at.between(now, now + HOUR))),
        (filters.waiting, Case.stage.in_(WAITING)),
        (filters.follow_up, Case.id.in_(_owing(community_id, Clock.FOLLOW_UP))),
        (filters.urgent, Case.urgent.is_(True)),
    ]
    return [condition for asked, condition in wanted if asked]


def _owing(community_id: int, wanted: Clock) -> sa.Select[tuple[int]]:
    return sa.select(Promise.subject_id).where(
        ON_CASE, Promise.community_id == community_id, Promise.clock == wanted, is_open()
    )


def _breaks(ids: list[int]) -> dict[int, int]:
    """How many promises of these cases were ever broken: a new time does not hide it."""
    query = (
        sa.select(Promise.subject_id, sa.func.count())
        .where(ON_CASE, Promise.subject_id.in_(ids), Promise.broken_at.is_not(None))
        .group_by(Promise.subject_id)
    )
    return {case_id: many for case_id, many in db.session.execute(query) if many}


def _shared(ids: list[int]) -> dict[int, int]:
    query = (
        sa.select(Case.merged_into_id, sa.func.count())
        .where(Case.merged_into_id.in_(ids))
        .group_by(Case.merged_into_id)
    )
    return {case_id: many for case_id, many in db.session.execute(query) if case_id is not None}


def figures(community_id: int) -> Figures:
    """Counted by case: late, due within the hour, waiting for the customer's confirmation, to be followed up."""
    now = clock.now()
    end_of_day = clock.local(now).replace(hour=23, minute=59, second=59)
    ranked = _ranked(community_id)
    next_ones = db.session.execute(
        sa.select(Promise.due_at, Promise.paused_at, Case.urgent)
        .join(ranked, sa.and_(ranked.c.id == Promise.id, ranked.c.rank == 1))
        .join(Case, Case.id == Promise.subject_id)
        .where(Case.stage.not_in(ENDED))
    ).all()
    running = [(due, urgent) for due, paused, urgent in next_ones if paused is None]
    late = [due for due, _urgent in running if due < now]
    soon = [urgent for due, urgent in running if now <= due <= now + HOUR]
    waiting, since = db.session.execute(
        sa.select(sa.func.count(), sa.func.min(Case.settled_at)).where(
            Case.community_id == community_id, Case.stage == Stage.DONE
        )
    ).one()
    calls = list(
        db.session.scalars(
            sa.select(Promise.due_at).where(
                ON_CASE, Promise.community_id == community_id, Promise.clock == Clock.FOLLOW_UP, is_open()
            )
        )
    )
    return Figures(
        late=len(late),
        longest=now - min(late) if late else None,
        soon=len(soon),
        soon_urgent=sum(soon),
        waiting=waiting,
        waiting_since=since,
        follow_up=len(calls),
        follow_up_today=sum(due <= end_of_day for due in calls),
    )


def version(community_id: int) -> str:
    """Changes when anything happens to a case or a promise, and every few minutes."""
    last = db.session.scalar(
        sa.select(sa.func.max(TimelineEntry.id)).where(
            TimelineEntry.community_id == community_id, TimelineEntry.subject_type.in_((Case.__tablename__, "promise"))
        )
    )
    return f"{last or 0}-{int(clock.now().timestamp()) // FRESH_SECONDS}"
