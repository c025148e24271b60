"""Finding units, residents and staff. Every search stays in one community."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from portal import clock
from portal.access import Role
from portal.db import db
from portal.people import doors
from portal.people.models import (
    Building,
    Community,
    Household,
    Member,
    Person,
    PersonPhone,
    RoleGrant,
    Unit,
    User,
)
from portal.people.numbers import clean_document, clean_phone, is_tail, to_half_width
from portal.secret import blind_index
from portal.timeline import TimelineEntry

MOST = 50


def find_unit(community_id: int, text: str) -> list[Unit]:
    """The units that the text may mean: "3-1-1204", "3栋1204", "３－１２０４", "3 1204", "31204", or "1204" for every
    building's. Empty where there is none; nearest buildings first."""
    door = doors.parse(text)
    if door is None:
        return []
    query = sa.select(Unit).join(Building).where(Unit.community_id == community_id, _is(Unit.number, door.room))
    if door.building:
        query = query.where(_is(Building.code, door.building))
    if door.section:
        query = query.where(_is(Unit.section, door.section))
    found = _units(query)
    return found or (_units(_run_together(community_id, door.room)) if door.building is None else [])


def _is(column: Any, said: str) -> sa.ColumnElement[bool]:
    """Equal but for leading zeros and capitals: 802 is 0802."""
    bare = doors.key(said)
    return sa.func.upper(column).in_({said.upper(), bare, *(bare.zfill(width) for width in (2, 3, 4))})


def _run_together(community_id: int, digits: str) -> sa.Select[tuple[Unit]]:
    """31204 typed at a number pad without a dash."""
    return (
        sa.select(Unit)
        .join(Building)
        .where(Unit.community_id == community_id, sa.func.replace(Unit.code, "-", "") == digits)
    )


def _units(query: sa.Select[tuple[Unit]]) -> list[Unit]:
    return list(db.session.scalars(query.order_by(Building.position, Building.code, Unit.code).limit(MOST)))


def current() -> sa.ColumnElement[bool]:
    """Who belongs to a household today."""
    today = clock.local(clock.now()).date()
    return sa.or_(Member.to_on.is_(None), Member.to_on > today)


def household_now(unit_id: int) -> Household | None:
    """The unit's current household, if it has one."""
    query = sa.select(Household).where(Household.unit_id == unit_id, Household.ended_on.is_(None))
    return db.session.scalar(query.order_by(Household.id.desc()).limit(1))


def members_in_unit(unit_id: int) -> list[Member]:
    """Who holds or lives in the unit today, with their relation: owners first, then as entered."""
    order = sa.case({"owner": 0, "tenant": 1}, value=Member.relation, else_=2)
    query = (
        sa.select(Member)
        .join(Household)
        .where(Household.unit_id == unit_id, Household.ended_on.is_(None), current())
        .order_by(order, Member.id)
    )
    return list(db.session.scalars(query))


def people_in_unit(unit_id: int) -> list[Person]:
    """Who holds or lives in the unit today: owners first."""
    return list(dict.fromkeys(member.person for member in members_in_unit(unit_id)))


def people_by_phone(community_id: int, number: str) -> list[Person]:
    """Who has that number, however it is written."""
    cleaned = clean_phone(number)
    return _people(community_id, PersonPhone.number_hash == blind_index("phone", cleaned)) if cleaned else []


def find_people(community_id: int, text: str) -> list[Person]:
    """People by name or part of it, by number in full, by its last four digits, by document number, by unit.
    At most 50, by name."""
    text = to_half_width(text)
    if not text:
        return []
    number, document = clean_phone(text), clean_document(text)
    ways: list[sa.ColumnElement[bool]] = [Person.name.contains(text, autoescape=True)]
    if number:
        ways.append(PersonPhone.number_hash == blind_index("phone", number))
    if is_tail(text):
        ways.append(PersonPhone.tail_hash == blind_index("phone-tail", text))
    if document:
        ways.append(Person.document_hash == blind_index("document", document))
    units = [unit.id for unit in find_unit(community_id, text)]
    if units:
        ways.append(Person.id.in_(_living_in(units)))
    return _people(community_id, sa.or_(*ways))


def _living_in(unit_ids: Sequence[int]) -> sa.Select[tuple[int]]:
    return (
        sa.select(Member.person_id)
        .join(Household)
        .where(Household.unit_id.in_(unit_ids), Household.ended_on.is_(None), current())
    )


def _people(community_id: int, way: sa.ColumnElement[bool]) -> list[Person]:
    ids = sa.select(Person.id).outerjoin(PersonPhone).where(Person.community_id == community_id, way)
    query = (
        sa.select(Person)
        .where(Person.id.in_(ids))
        .options(selectinload(Person.memberships).joinedload(Member.household).joinedload(Household.unit))
        .order_by(Person.name, Person.id)
        .limit(MOST)
    )
    return list(db.session.scalars(query))


def households_of(person_id: int) -> list[Member]:
    """The person's places, past ones too: current first."""
    query = (
        sa.select(Member)
        .where(Member.person_id == person_id)
        .options(joinedload(Member.household).joinedload(Household.unit))
        .order_by(Member.to_on.is_not(None), Member.id.desc())
    )
    return list(db.session.scalars(query))


def past_households(unit_id: int) -> list[Household]:
    """Who had the unit before, latest first."""
    query = (
        sa.select(Household)
        .where(Household.unit_id == unit_id, Household.ended_on.is_not(None))
        .options(selectinload(Household.members))
        .order_by(Household.ended_on.desc(), Household.id.desc())
    )
    return list(db.session.scalars(query))


def staff_with_role(community_id: int, role: Role) -> list[User]:
    """Active staff who hold the role in the community, by a grant there or in the whole company."""
    company = sa.select(Community.company_id).where(Community.id == community_id).scalar_subquery()
    query = (
        sa.select(User)
        .join(RoleGrant)
        .where(
            RoleGrant.role == role,
            User.disabled_at.is_(None),
            sa.or_(
                RoleGrant.community_id == community_id,
                sa.and_(RoleGrant.community_id.is_(None), User.company_id == company),
            ),
        )
        .order_by(User.id)
        .distinct()
    )
    return list(db.session.scalars(query))


def receptionists(community_id: int) -> list[User]:
    return staff_with_role(community_id, Role.RECEPTIONIST)


def managers(community_id: int) -> list[User]:
    return staff_with_role(community_id, Role.MANAGER)


def directors(community_id: int) -> list[User]:
    return staff_with_role(community_id, Role.DIRECTOR)


def community_by_code(code: str) -> Community | None:
    return db.session.scalar(sa.select(Community).where(Community.code == code))


def unit_history(unit: Unit) -> list[TimelineEntry]:
    """What happened to the unit, its households and the people who are or were in them, latest first."""
    homes = sa.select(Household.id).where(Household.unit_id == unit.id)
    people = sa.select(Member.person_id).where(Member.household_id.in_(homes))
    about = ((Unit.__tablename__, [unit.id]), (Household.__tablename__, homes), (Person.__tablename__, people))
    ways = [sa.and_(TimelineEntry.subject_type == kind, TimelineEntry.subject_id.in_(ids)) for kind, ids in about]
    query = sa.select(TimelineEntry).where(sa.or_(*ways)).order_by(TimelineEntry.at.desc(), TimelineEntry.id.desc())
    return list(db.session.scalars(query.limit(100)))


def moved_out(unit_id: int) -> list[Member]:
    """Who left the unit's current household, latest first."""
    query = (
        sa.select(Member)
        .join(Household)
        .where(Household.unit_id == unit_id, Household.ended_on.is_(None), sa.not_(current()))
        .order_by(Member.to_on.desc(), Member.id.desc())
    )
    return list(db.session.scalars(query))
