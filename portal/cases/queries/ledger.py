"""The ledger (台账): every case of a period, with what became of it (CASE-5)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from portal.cases.models import Case
from portal.clock import CHINA
from portal.db import db

PAGE = 50
CHUNK = 500


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
