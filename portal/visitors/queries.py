"""Reads of visits: the guard's board, the register, the roll call, a household's visitors."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from portal import clock
from portal.db import db
from portal.people import links
from portal.people import queries as people
from portal.people.models import Community
from portal.people.numbers import clean_phone, is_tail, to_half_width
from portal.secret import blind_index
from portal.timeline import AuditEntry
from portal.visitors.kinds import KINDS, Arrival
from portal.visitors.models import RetentionReceipt, Visit, VisitCount, VisitRule
from portal.visitors.models.visit import number_hash
from portal.visitors.moves import OVER, State

MOST = 100
NUMBER_DIGITS = 8
TOKEN_LENGTH = 32
LATEST = 20  # what of the past a household's page shows


@dataclass(frozen=True)
class Rule:
    arrival: Arrival
    limit: timedelta


def rule(community_id: int, kind: str) -> Rule:
    """What holds for a kind of visit in the community: its own row, else what the kind declares."""
    row = db.session.scalar(sa.select(VisitRule).where(VisitRule.community_id == community_id, VisitRule.kind == kind))
    return _rule(kind, row)


def rules(community_id: int) -> dict[str, Rule]:
    rows = {row.kind: row for row in db.session.scalars(sa.select(VisitRule).filter_by(community_id=community_id))}
    return {key: _rule(key, rows.get(key)) for key in KINDS}


def _rule(kind: str, row: VisitRule | None) -> Rule:
    if row is None:
        return Rule(KINDS[kind].arrival, KINDS[kind].limit)
    return Rule(Arrival(row.arrival), timedelta(minutes=row.limit_minutes))


@dataclass(frozen=True)
class Board:
    """What the guard sees: each list in the order in which it wants attention."""

    inside: list[Visit]
    waiting: list[Visit]
    expected: list[Visit]
    overdue: int
    people: int
    version: str


def board(community_id: int, now: datetime) -> Board:
    """Who is inside (overdue first), who waits, who is expected today. One query."""
    tomorrow = day_bounds(clock.local(now).date())[1]
    expected = sa.and_(Visit.state == State.EXPECTED, Visit.starts_at < tomorrow, Visit.ends_at > now)
    query = (
        sa.select(Visit)
        .where(Visit.community_id == community_id, sa.or_(Visit.state.in_((State.INSIDE, State.WAITING)), expected))
        .order_by(Visit.made_at, Visit.id)
    )
    visits = list(db.session.scalars(query))
    inside = sorted((v for v in visits if v.state == State.INSIDE), key=lambda v: (v.leave_by or now, v.id))
    overdue = sum(visit.overdue(now) for visit in inside)
    newest = max((visit.changed_at.timestamp() for visit in visits), default=0)
    return Board(
        inside=inside,
        waiting=[visit for visit in visits if visit.state == State.WAITING],
        expected=sorted((v for v in visits if v.state == State.EXPECTED), key=lambda v: (v.starts_at or now, v.id)),
        overdue=overdue,
        people=sum(visit.people for visit in inside),
        version=f"{len(visits)}-{overdue}-{newest:.6f}",
    )


def day_bounds(day: date) -> tuple[datetime, datetime]:
    """The day's first instant and the next day's, on the estate's wall clock."""
    day = min(max(day, clock.FIRST_DAY), clock.LAST_DAY)
    first = datetime.combine(day, time(), clock.CHINA)
    return first, first + timedelta(days=1)


def of_day(community_id: int, day: date) -> list[Visit]:
    """The register of one day: who was registered or let in, latest first; at most a thousand."""
    first, last = day_bounds(day)
    there = sa.or_(Visit.made_at.between(first, last), Visit.entered_at.between(first, last))
    query = sa.select(Visit).where(Visit.community_id == community_id, there)
    return list(db.session.scalars(query.order_by(Visit.made_at.desc(), Visit.id.desc()).limit(10 * MOST)))


def search(community_id: int, text: str, day: date | None = None) -> list[Visit]:
    """Visits by pass number, phone or its last four digits, name, plate, or the door visited; latest first."""
    text = to_half_width(text)
    ways = _ways(community_id, text)
    query = sa.select(Visit).where(Visit.community_id == community_id, sa.or_(*ways))
    if day is not None:
        first, last = day_bounds(day)
        query = query.where(sa.or_(Visit.made_at.between(first, last), Visit.entered_at.between(first, last)))
    return list(db.session.scalars(query.order_by(Visit.made_at.desc(), Visit.id.desc()).limit(MOST)))


def _ways(community_id: int, text: str) -> list[sa.ColumnElement[bool]]:
    bare = text.replace(" ", "")
    ways: list[sa.ColumnElement[bool]] = [
        Visit.name_hash == blind_index("visit-name", text),
        Visit.plate_hash == blind_index("plate", bare.upper()),
    ]
    number = clean_phone(text)
    if number:
        ways.append(Visit.phone_hash == blind_index("phone", number))
    if is_tail(bare):
        ways.append(Visit.tail_hash == blind_index("phone-tail", bare))
    if bare.isdigit() and len(bare) == NUMBER_DIGITS:
        ways.append(Visit.number_hash == number_hash(community_id, bare))
    units = [unit.id for unit in people.find_unit(community_id, text)]
    if units:
        ways.append(Visit.unit_id.in_(units))
    return ways


def by_code(community_id: int, typed: str) -> Visit | None:
    """The visit whose pass was scanned (its link, or the token alone) or whose 8 digits were typed."""
    code = to_half_width(typed).rpartition("/")[2].split("?")[0].strip()
    digits = code.replace(" ", "").replace("-", "")
    if digits.isdigit() and len(digits) == NUMBER_DIGITS:
        return db.session.scalar(
            sa.select(Visit).where(
                Visit.community_id == community_id, Visit.number_hash == number_hash(community_id, digits)
            )
        )
    link = links.find("visit_pass", code) if len(code) == TOKEN_LENGTH else None
    if link is None or link.community_id != community_id:
        return None
    return db.session.get(Visit, link.subject_id)


def inside_by_tail(community_id: int, tail: str) -> list[Visit]:
    """Who is inside with a phone that ends so."""
    query = sa.select(Visit).where(
        Visit.community_id == community_id,
        Visit.state == State.INSIDE,
        Visit.tail_hash == blind_index("phone-tail", tail),
    )
    return list(db.session.scalars(query.order_by(Visit.entered_at, Visit.id).limit(MOST)))


@dataclass(frozen=True)
class Floor:
    name: str
    visits: list[Visit]
    people: int


def roll_call(visits: Sequence[Visit]) -> dict[str, list[Floor]]:
    """Those inside by building and floor, as one walks through a house that is to be emptied."""
    places: dict[str, dict[int | None, list[Visit]]] = {}
    ordered = sorted(visits, key=_along_the_house)
    for visit in ordered:
        building = visit.unit.building.name if visit.unit else ""
        places.setdefault(building, {}).setdefault(visit.unit.floor if visit.unit else None, []).append(visit)
    return {
        building: [
            Floor(str(floor) if floor is not None else "", there, sum(visit.people for visit in there))
            for floor, there in sorted(floors.items(), key=lambda pair: pair[0] or 0)
        ]
        for building, floors in places.items()
    }


def _along_the_house(visit: Visit) -> tuple[int, str]:
    """Building by building; those who visit no door come last."""
    return (visit.unit.building.position, visit.unit.code) if visit.unit else (10**6, "")


def of_household(household_id: int) -> tuple[list[Visit], list[Visit]]:
    """The household's visits that are to come or going on, and the latest that are over."""
    query = sa.select(Visit).where(Visit.household_id == household_id)
    now, over = clock.now(), Visit.state.in_(OVER)
    current = list(db.session.scalars(query.where(~over).order_by(Visit.starts_at, Visit.id)))
    past = list(db.session.scalars(query.where(over).order_by(Visit.changed_at.desc()).limit(LATEST)))
    again = [visit for visit in past if visit.may_come_again(now)]
    return [*current, *again], [visit for visit in past if visit not in again]


def looks(visits: Sequence[Visit]) -> list[AuditEntry]:
    """Who of the staff looked at a number of these visits, when and why; latest first."""
    query = (
        sa.select(AuditEntry)
        .where(
            AuditEntry.subject_type == Visit.__tablename__,
            AuditEntry.subject_id.in_([visit.id for visit in visits]),
            AuditEntry.act.startswith("visit_"),
        )
        .order_by(AuditEntry.at.desc(), AuditEntry.id.desc())
        .limit(MOST)
    )
    return list(db.session.scalars(query))


def groups_ahead(community_id: int, now: datetime) -> list[Visit]:
    """Groups that are expected, waiting or inside, the next one first."""
    query = (
        sa.select(Visit)
        .where(Visit.community_id == community_id, Visit.kind == "group", Visit.state.not_in(OVER))
        .options(selectinload(Visit.group))
    )
    return sorted(db.session.scalars(query), key=lambda v: (v.group.meet_at or v.made_at) if v.group else v.made_at)


def receipts(community_id: int) -> list[RetentionReceipt]:
    query = sa.select(RetentionReceipt).where(RetentionReceipt.community_id == community_id)
    return list(db.session.scalars(query.order_by(RetentionReceipt.at.desc()).limit(MOST)))


def daily_counts(community_id: int, since: date) -> list[VisitCount]:
    query = sa.select(VisitCount).where(VisitCount.community_id == community_id, VisitCount.day >= since)
    return list(db.session.scalars(query.order_by(VisitCount.day.desc(), VisitCount.kind)))


def due_for_deletion(community_id: int, today: date) -> int:
    """How many visits are past their day and still stored; more than none means that the job does not run."""
    query = sa.select(sa.func.count()).where(Visit.community_id == community_id, Visit.forget_on < today)
    return db.session.scalar(query) or 0


def current_household_id(unit_id: int | None) -> Any:
    household = people.household_now(unit_id) if unit_id else None
    return household.id if household else None


def community(community_id: int) -> Community:
    return db.session.get_one(Community, community_id)
