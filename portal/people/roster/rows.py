"""One row of the file: who lives or owns where. Or why it cannot be taken over."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from portal.people import doors
from portal.people.doors import Door
from portal.people.models import Relation, UnitKind
from portal.people.roster import cells
from portal.people.roster.columns import Field, Layout
from portal.people.roster.faults import CellError, Place, Remark

_TOTALS = re.compile(r"(?:合|总|小|共)\s*计|总\s*数|汇\s*总|total", re.IGNORECASE)
_FOOTER = re.compile(r"(?:制表|填表|填报|审核|复核|编制|打印|注|说明|备注|统计)[人日期时间]*\s*[:：]")
_PLACE = (Field.BUILDING, Field.SECTION, Field.ROOM)
LONGEST_CODE = 20  # what a building's or a unit's column holds


@dataclass(frozen=True, slots=True)
class Row:
    """A row that can be taken over. `name` is empty where the unit stands empty."""

    place: Place
    door: Door
    floor: int | None = None
    area: Decimal | None = None
    kind: UnitKind | None = None
    warranty: date | None = None
    name: str = ""
    phones: tuple[str, ...] = ()
    document: str | None = None
    email: str | None = None
    moved_in: date | None = None
    relation: Relation | None = None
    note: str | None = None


_READERS: dict[Field, tuple[str, Callable[[Any], Any]]] = {
    Field.FLOOR: ("floor", cells.floor),
    Field.AREA: ("area", cells.area),
    Field.KIND: ("kind", cells.kind),
    Field.WARRANTY: ("warranty", cells.day),
    Field.NAME: ("name", cells.name),
    Field.DOCUMENT: ("document", cells.document),
    Field.EMAIL: ("email", cells.email),
    Field.MOVED_IN: ("moved_in", cells.day),
    Field.RELATION: ("relation", cells.relation),
    Field.NOTE: ("note", cells.note),
}


def is_aside(row: Sequence[Any], layout: Layout, titles: frozenset[str]) -> bool:
    """Whether the row is none of the roster: blank, a total, a footer, a title or a header printed again."""
    told = [text for index in layout.fields if index < len(row) and (text := cells.one_line(row[index]))]
    if not told:
        return True
    first = next(text for cell in row if (text := cells.one_line(cell)))
    if _TOTALS.match(first) or _TOTALS.fullmatch(told[0]):
        return True
    if len(told) <= 2 and (_FOOTER.match(first) or first in titles):
        return True
    return told == list(layout.labels.values())


class RowReader:
    """Reads rows of one layout."""

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self.columns: dict[Field, list[int]] = {}
        for index, field in layout.fields.items():
            self.columns.setdefault(field, []).append(index)

    def read(self, place: Place, row: Sequence[Any]) -> tuple[Row | None, list[Remark]]:
        """The row, or every reason why it is bad."""
        remarks: list[Remark] = []
        values: dict[str, Any] = {"phones": self._phones(place, row, remarks)}
        for field, (name, reader) in _READERS.items():
            for index in self.columns.get(field, ()):
                values[name] = self._cell(place, index, row, reader, remarks)
        try:
            door = self._door(row)
        except CellError as error:
            wanted = self.layout.label(Field.BUILDING) if error.code == "building-missing" else None
            remarks.append(Remark(place, wanted or self.layout.label(Field.ROOM), error.code, error.data))
        else:
            remarks += self._nameless(place, values)
        return (None, remarks) if remarks else (Row(place, door, **_filled(values)), [])

    def _nameless(self, place: Place, values: dict[str, Any]) -> list[Remark]:
        if values.get("name") or not (values["phones"] or values.get("document") or values.get("email")):
            return []
        return [Remark(place, self.layout.label(Field.NAME), "name-missing")]

    def _cell(self, place: Place, index: int, row: Sequence[Any], read: Any, remarks: list[Remark]) -> Any:
        try:
            return read(row[index]) if index < len(row) else None
        except CellError as error:
            remarks.append(Remark(place, self.layout.labels[index], error.code, error.data))
            return None

    def _phones(self, place: Place, row: Sequence[Any], remarks: list[Remark]) -> tuple[str, ...]:
        found: list[str] = []
        for index in self.columns.get(Field.PHONE, ()):
            found += self._cell(place, index, row, cells.phones, remarks) or ()
        return tuple(dict.fromkeys(found))

    def _door(self, row: Sequence[Any]) -> Door:
        """Building, section and room from their columns; what has no column from the room as it is said."""
        said = {field: self._said(field, row) for field in _PLACE}
        if not said[Field.ROOM]:
            raise CellError("room-missing")
        spoken = doors.parse(said[Field.ROOM])
        section = doors.clean_part(said[Field.SECTION], "section")
        if said[Field.BUILDING]:
            building: str | None = doors.clean_part(said[Field.BUILDING], "building")
            room = _room(said[Field.ROOM], spoken, building)
            door = Door(building, section or (spoken.section if spoken else None), room)
        elif spoken is None:
            raise CellError("room", said=said[Field.ROOM][:30])
        else:
            door = Door(
                spoken.building, doors.clean_part(said[Field.SECTION], "section") or spoken.section, spoken.room
            )
        return _checked(door)

    def _said(self, field: Field, row: Sequence[Any]) -> str:
        texts = (cells.one_line(row[index]) for index in self.columns.get(field, ()) if index < len(row))
        return next((text for text in texts if text), "")


def _room(said: str, spoken: Door | None, building: str | None) -> str:
    """The room alone, also where its column repeats the building: 3栋 | 3-1204."""
    if spoken and spoken.building and doors.key(spoken.building) == doors.key(building):
        return spoken.room
    if spoken and spoken.building is None:
        return spoken.room
    return doors.clean_part(said, "room")


def _checked(door: Door) -> Door:
    if not door.building:
        raise CellError("building-missing")
    if not door.room or not any(sign.isalnum() for sign in door.room):
        raise CellError("room-missing")
    if max(len(part or "") for part in (door.building, door.section, door.room)) > LONGEST_CODE:
        raise CellError("room", said=door.code[:30])
    return door


def _filled(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}
