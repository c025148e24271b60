"""Rows for tests, with sensible values; every function adds and flushes one thing."""

from datetime import date
from typing import Any

from portal import clock
from portal.access import Role
from portal.db import db
from portal.people.models import (
    Building,
    Community,
    Company,
    Household,
    Member,
    Person,
    PersonPhone,
    RoleGrant,
    Unit,
    User,
)


def add(row: Any) -> Any:
    db.session.add(row)
    db.session.flush()
    return row


def company(name: str = "安居物业") -> Company:
    return add(Company(name=name, complaint_phone="400-820-0001"))  # type: ignore[no-any-return]


def community(owner: Company, code: str = "cuihu", name: str = "翠湖花园", **values: Any) -> Community:
    values = {"name_en": "Cuihu Garden", "phone_24h": "0755-8888 1234", **values}
    return add(Community(company_id=owner.id, code=code, name=name, **values))  # type: ignore[no-any-return]


def building(place: Community, code: str = "3") -> Building:
    made = Building(community_id=place.id, code=code, name=f"{code} 栋", position=int(code) if code.isdigit() else 0)
    return add(made)  # type: ignore[no-any-return]


def unit(house: Building, number: str = "1204", **values: Any) -> Unit:
    made = Unit(
        community_id=house.community_id,
        building_id=house.id,
        code=f"{house.code}-{number}",
        number=number,
        floor=int(number[:-2]) if number[:-2].isdigit() else None,
        **values,
    )
    return add(made)  # type: ignore[no-any-return]


def household(door: Unit, **values: Any) -> Household:
    values = {"started_on": date(2020, 1, 1), **values}
    return add(Household(community_id=door.community_id, unit_id=door.id, **values))  # type: ignore[no-any-return]


def person(place: Community, name: str = "王建国", phone: str | None = "13800135678", **values: Any) -> Person:
    made: Person = Person(community_id=place.id, name=name, updated_at=clock.now(), **values)
    if phone:
        made.phones.append(PersonPhone.of(place.id, phone))
    return add(made)  # type: ignore[no-any-return]


def member(home: Household, who: Person, relation: str = "owner") -> Member:
    made = Member(community_id=home.community_id, household_id=home.id, person_id=who.id, relation=relation)
    return add(made)  # type: ignore[no-any-return]


def user(owner: Company, login: str, name: str, role: Role, place: Community | None, **values: Any) -> User:
    values = {"email": f"{login}@yinghou.test", **values}
    made = User(company_id=owner.id, login=login, name=name, **values)
    made.grants.append(RoleGrant(community_id=place.id if place else None, role=role))
    return add(made)  # type: ignore[no-any-return]
