"""The ledger (台账): every case of a period, with what became of it (CASE-5)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from portal.cases.kind import Kind, Phrase
from portal.cases.kinds import KINDS
from portal.cases.models import Case, Confirmation, FollowUp
from portal.cases.stages import SETTLED, Satisfaction, Stage
from portal.clock import CHINA
from portal.db import db

PAGE = 50
CHUNK = 500
TOP = 6


@dataclass(frozen=True)
class Period:
    """Cases received from `first` to `last`, both days included, of one kind or channel or of all."""

    first: date
    last: date
    kind: str | None = None
    channel: str | None = None

    def conditions(self, community_id: int) -> list[sa.ColumnElement[bool]]:
        start, end = _midnight(self.first), _midnight(self.last + timedelta(days=1))
        found = [Case.community_id == community_id, Case.received_at >= start, Case.received_at < end]
        if self.kind:
            found.append(Case.kind == self.kind)
        if self.channel:
            found.append(Case.channel == self.channel)
        return found


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), CHINA)


def ledger_pages(community_id: int, period: Period) -> int:
    """How many pages the ledger of the period has: at least one."""
    many = db.session.scalar(sa.select(sa.func.count(Case.id)).where(*period.conditions(community_id))) or 0
    return max(1, -(-many // PAGE))


def ledger(community_id: int, period: Period, page: int | None = None) -> Iterator[Case]:
    """One page (from 1) of the ledger, or all of it, oldest first."""
    query = (
        sa.select(Case)
        .where(*period.conditions(community_id))
        .options(
            joinedload(Case.handler),
            joinedload(Case.first_owner),
            joinedload(Case.main),
            selectinload(Case.confirmations),
            selectinload(Case.follow_ups),
            selectinload(Case.closures),
            selectinload(Case.words),
        )
        .order_by(Case.received_at, Case.id)
    )
    if page is not None:
        query = query.limit(PAGE).offset((page - 1) * PAGE)
    yield from db.session.scalars(query.execution_options(yield_per=CHUNK))


@dataclass(frozen=True)
class Summary:
    """A period in figures (CASE-9). Counted are cases, but in `said`: how often each degree of satisfaction was told
    in a follow-up call. `most`: the usual matters that came most often, as (kind, phrase or None, how many)."""

    received: int
    settled: int
    confirmed: int
    followed_up: int
    said: dict[Satisfaction, int]
    most: list[tuple[Kind, Phrase | None, int]]

    @property
    def asked(self) -> int:
        """How many calls told a degree of satisfaction."""
        return sum(self.said.values())

    @property
    def satisfied(self) -> int:
        """The first three of the four degrees count as satisfied (SUR-4)."""
        return self.asked - self.said.get(Satisfaction.DISSATISFIED, 0)


def summary(community_id: int, period: Period) -> Summary:
    """The period in figures. Merged cases are counted with their main one only."""
    within = (*period.conditions(community_id), Case.stage != Stage.MERGED)
    confirmed = sa.exists().where(Confirmation.case_id == Case.id, Confirmation.ended_at.is_(None))
    called = sa.exists().where(FollowUp.case_id == Case.id, FollowUp.reached)
    counts = [sa.func.sum(sa.case((asked, 1), else_=0)) for asked in (Case.stage.in_(SETTLED), confirmed, called)]
    received, settled, confirmed_ones, called_ones = db.session.execute(
        sa.select(sa.func.count(Case.id), *counts).where(*within)
    ).one()
    degrees = db.session.execute(
        sa.select(FollowUp.satisfaction, sa.func.count())
        .join(Case, Case.id == FollowUp.case_id)
        .where(*within, FollowUp.reached)
        .group_by(FollowUp.satisfaction)
    )
    many = sa.func.count().label("many")
    matters = db.session.execute(
        sa.select(Case.kind, Case.category, many)
        .where(*within)
        .group_by(Case.kind, Case.category)
        .order_by(many.desc(), Case.kind)
        .limit(TOP)
    )
    return Summary(
        received=received,
        settled=settled or 0,
        confirmed=confirmed_ones or 0,
        followed_up=called_ones or 0,
        said={Satisfaction(degree): times for degree, times in degrees},
        most=[(KINDS[kind], KINDS[kind].phrase(category), times) for kind, category, times in matters],
    )
