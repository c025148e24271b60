"""What was read of a file, as bytes: applying it needs neither the workbook nor the time to read it again."""

import json
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from portal.people.doors import Door
from portal.people.models import Relation, UnitKind
from portal.people.roster.faults import Place
from portal.people.roster.gathered import FilePerson, FileUnit


def dump(units: Iterable[FileUnit]) -> bytes:
    """Units with their people, in the order of the file."""
    return json.dumps([_unit(unit) for unit in units], ensure_ascii=False, separators=(",", ":")).encode()


def load(kept: bytes) -> list[FileUnit]:
    """What `dump` made."""
    return [_read_unit(*values) for values in json.loads(kept)]


def _unit(unit: FileUnit) -> list[Any]:
    door = (unit.door.building, unit.door.section, unit.door.room)
    area = None if unit.area is None else str(unit.area)
    about = (unit.floor, area, unit.kind, _iso(unit.warranty), _iso(unit.moved_in), unit.notes)
    return [_place(unit.place), door, about, [_person(person) for person in unit.people]]


def _person(person: FilePerson) -> list[Any]:
    about = [person.name, person.phones, person.document, person.email, person.relation, _iso(person.moved_in)]
    return [_place(person.place), *about]


def _place(place: Place) -> tuple[str | None, int]:
    return (place.sheet, place.row)


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _day(iso: str | None) -> date | None:
    return None if iso is None else date.fromisoformat(iso)


def _read_unit(place: Any, door: Any, about: Any, people: Any) -> FileUnit:
    floor, area, kind, warranty, moved_in, notes = about
    return FileUnit(
        place=Place(*place),
        door=Door(*door),
        floor=floor,
        area=None if area is None else Decimal(area),
        kind=None if kind is None else UnitKind(kind),
        warranty=_day(warranty),
        moved_in=_day(moved_in),
        notes=notes,
        people=[_read_person(*values) for values in people],
    )


def _read_person(
    place: Any, name: str, phones: list[str], document: str | None, email: str | None, relation: Any, moved_in: Any
) -> FilePerson:
    known = None if relation is None else Relation(relation)
    return FilePerson(Place(*place), name, tuple(phones), document, email, known, _day(moved_in))
