"""The rows of the file by unit and person: what stands twice becomes one, and is told."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from portal.people.doors import Door
from portal.people.models import Relation, UnitKind
from portal.people.roster.faults import Place, Remark
from portal.people.roster.rows import Row

DoorKey = tuple[str, str, str]


@dataclass(slots=True)
class FilePerson:
    """Someone of one unit, as the file has them; `relation` None where the file does not say."""

    place: Place
    name: str
    phones: tuple[str, ...]
    document: str | None
    email: str | None
    relation: Relation | None
    moved_in: date | None


@dataclass(slots=True)
class FileUnit:
    """One unit of the file. `place` is the first row it stands in."""

    place: Place
    door: Door
    floor: int | None
    area: Decimal | None
    kind: UnitKind | None
    warranty: date | None
    moved_in: date | None = None
    notes: list[str] = field(default_factory=list)
    people: list[FilePerson] = field(default_factory=list)

    @property
    def note(self) -> str | None:
        return "；".join(dict.fromkeys(self.notes))[:400] or None


def gather(rows: Iterable[Row]) -> tuple[list[FileUnit], list[Remark]]:
    """Units in the order of the file, and a remark for each row that was joined with an earlier one."""
    units: dict[DoorKey, FileUnit] = {}
    remarks: list[Remark] = []
    for row in rows:
        unit = units.get(row.door.key)
        if unit is None:
            unit = units[row.door.key] = FileUnit(row.place, row.door, row.floor, row.area, row.kind, row.warranty)
        else:
            remarks += _joined(unit, row)
        _add_person(unit, row, remarks)
    return list(units.values()), remarks


def _joined(unit: FileUnit, row: Row) -> list[Remark]:
    """Take what the first row left blank; the first of two areas stays."""
    remarks = []
    if unit.area and row.area and unit.area != row.area:
        remarks.append(Remark(row.place, None, "area-differs", {"first": str(unit.area), "row": unit.place.row}))
    unit.area = unit.area or row.area
    unit.floor = row.floor if unit.floor is None else unit.floor
    unit.kind = unit.kind or row.kind
    unit.warranty = unit.warranty or row.warranty
    if not row.name:
        remarks.append(Remark(row.place, None, "duplicate", {"row": unit.place.row}))
    return remarks


def _add_person(unit: FileUnit, row: Row, remarks: list[Remark]) -> None:
    unit.moved_in = unit.moved_in or row.moved_in
    if row.note:
        unit.notes.append(row.note)
    if not row.name:
        return
    twin = next((person for person in unit.people if _same(person, row)), None)
    if twin is None:
        unit.people.append(
            FilePerson(row.place, row.name, row.phones, row.document, row.email, row.relation, row.moved_in)
        )
        return
    twin.phones = tuple(dict.fromkeys(twin.phones + row.phones))
    twin.document = twin.document or row.document
    twin.email = twin.email or row.email
    twin.relation = twin.relation or row.relation
    twin.moved_in = twin.moved_in or row.moved_in
    remarks.append(Remark(row.place, None, "duplicate", {"row": twin.place.row}))


def _same(person: FilePerson, row: Row) -> bool:
    """One person twice: the same document, or the same name where the documents do not say otherwise."""
    if person.document and row.document:
        return person.document == row.document
    return person.name == row.name
