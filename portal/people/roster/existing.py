"""What the portal knows already, read once with a handful of queries: by keyed hash, without opening a number."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

import sqlalchemy as sa

from portal import clock
from portal.db import db
from portal.people import doors
from portal.people.models import Building, Household, Member, Person, PersonPhone, Unit
from portal.timeline import TimelineEntry

DoorKey = tuple[str, str, str]


@dataclass(slots=True)
class KnownPerson:
    id: int
    name: str
    document_hash: str | None
    email: str | None
    phone_hashes: list[str] = field(default_factory=list)


@dataclass(slots=True)
class KnownMember:
    id: int
    person: KnownPerson
    relation: str
    from_on: date | None


@dataclass(slots=True)
class KnownHousehold:
    id: int
    started_on: date | None
    note: str | None
    members: list[KnownMember] = field(default_factory=list)


@dataclass(slots=True)
class KnownUnit:
    id: int
    code: str
    floor: int | None
    area: Decimal | None
    kind: str
    warranty: date | None
    household: KnownHousehold | None = None
    gone: list[KnownMember] = field(default_factory=list)  # who moved out, from this household or an earlier one


@dataclass
class Known:
    """A community's buildings by key, units by door, and people by the hash of their document."""

    buildings: dict[str, int]
    units: dict[DoorKey, KnownUnit]
    by_document: dict[str, KnownPerson]
    version: tuple[int, ...]

    def unit(self, door: doors.Door) -> KnownUnit | None:
        """The unit of that door; where the file names no 单元, also the only one of that room in the building."""
        building, section, room = door.key
        found = self.units.get(door.key)
        if found is None and not section:
            found = self._without_section.get((building, room))
        return found

    def __post_init__(self) -> None:
        self._without_section: dict[tuple[str, str], KnownUnit | None] = {}
        for (building, _, room), unit in self.units.items():
            key = (building, room)
            self._without_section[key] = None if key in self._without_section else unit


def version(community_id: int) -> tuple[int, ...]:
    """Numbers that change whenever anything that an import compares with changes."""
    counts = [
        sa.select(part).where(table.community_id == community_id).scalar_subquery()
        for table in (Building, Unit, Household, Member, Person, PersonPhone)
        for part in (sa.func.count(table.id), sa.func.coalesce(sa.func.max(table.id), 0))
    ]
    subjects = [table.__tablename__ for table in (Unit, Household, Member, Person)]
    changes = sa.select(sa.func.coalesce(sa.func.max(TimelineEntry.id), 0)).where(
        TimelineEntry.community_id == community_id, TimelineEntry.subject_type.in_(subjects)
    )
    return tuple(db.session.execute(sa.select(*counts, changes.scalar_subquery())).one())


def load(community_id: int) -> Known:
    """Everything of the community that a roster may touch."""
    at = version(community_id)
    codes = sa.select(Building.code, Building.id).where(Building.community_id == community_id)
    buildings = {doors.key(code): row_id for code, row_id in db.session.execute(codes)}
    people = _people(community_id)
    units, by_id = _units(community_id)
    _households(community_id, by_id, people)
    by_document = {person.document_hash: person for person in people.values() if person.document_hash}
    return Known(buildings, units, by_document, at)


def _units(community_id: int) -> tuple[dict[DoorKey, KnownUnit], dict[int, KnownUnit]]:
    query = (
        sa.select(
            Building.code,
            Unit.section,
            Unit.number,
            Unit.id,
            Unit.code,
            Unit.floor,
            Unit.area_m2,
            Unit.kind,
            Unit.warranty_until,
        )
        .join(Building)
        .where(Unit.community_id == community_id)
    )
    units, by_id = {}, {}
    for building, section, number, *values in db.session.execute(query):
        unit = KnownUnit(*values)
        units[(doors.key(building), doors.key(section), doors.key(number))] = unit
        by_id[unit.id] = unit
    return units, by_id


def _people(community_id: int) -> dict[int, KnownPerson]:
    columns = sa.select(Person.id, Person.name, Person.document_hash, Person.email)
    people = {
        row.id: KnownPerson(*row) for row in db.session.execute(columns.where(Person.community_id == community_id))
    }
    phones = sa.select(PersonPhone.person_id, PersonPhone.number_hash).where(PersonPhone.community_id == community_id)
    for person_id, number_hash in db.session.execute(phones.order_by(PersonPhone.id)):
        people[person_id].phone_hashes.append(number_hash)
    return people


def _households(community_id: int, units: dict[int, KnownUnit], people: dict[int, KnownPerson]) -> None:
    """Hang on each unit its current household with those who belong to it today, and those who moved out."""
    today = clock.local(clock.now()).date()
    query = sa.select(Household.id, Household.unit_id, Household.started_on, Household.note, Household.ended_on)
    homes: dict[int, tuple[KnownUnit, KnownHousehold | None]] = {}
    for home_id, unit_id, started_on, note, ended_on in db.session.execute(
        query.where(Household.community_id == community_id).order_by(Household.id)
    ):
        unit, home = units[unit_id], None
        if ended_on is None:
            home = unit.household = KnownHousehold(home_id, started_on, note)
        homes[home_id] = (unit, home)
    columns = sa.select(
        Member.id, Member.household_id, Member.person_id, Member.relation, Member.from_on, Member.to_on
    ).where(Member.community_id == community_id)
    for row in db.session.execute(columns.order_by(Member.id)):
        unit, home = homes[row.household_id]
        member = KnownMember(row.id, people[row.person_id], row.relation, row.from_on)
        if home is None or (row.to_on is not None and row.to_on <= today):
            unit.gone.append(member)
        elif all(member.person is not other.person for other in home.members):
            home.members.append(member)
