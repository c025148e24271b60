"""The door that a visitor names at the number pad, and those that come near it when there is none such."""

from dataclasses import dataclass, field
from difflib import get_close_matches

import sqlalchemy as sa

from portal.db import db
from portal.people import queries as people
from portal.people.models import Building, Unit, UnitKind

NEAR = 6
MOST_BUTTONS = 12  # more buildings than this are typed: 栋 is then a key of the pad


@dataclass
class Room:
    """One unit found, or several or none with those that it could be."""

    unit: Unit | None = None
    near: list[Unit] = field(default_factory=list)


def buildings(community_id: int) -> list[Building]:
    """The houses with a door that can be visited, in the estate's order."""
    query = (
        sa.select(Building)
        .where(
            Building.community_id == community_id,
            sa.exists().where(Unit.building_id == Building.id, Unit.kind != UnitKind.PARKING),
        )
        .order_by(Building.position, Building.code)
    )
    return list(db.session.scalars(query))


def look_up(community_id: int, building: str | None, typed: str) -> Room:
    """`building` is the code of the button pressed, `typed` the room, or the whole door where no button was."""
    door = f"{building}-{typed}" if building and "-" not in typed and "栋" not in typed else typed
    found = [unit for unit in people.find_unit(community_id, door) if unit.kind != UnitKind.PARKING]
    if len(found) == 1:
        return Room(found[0])
    return Room(near=found[:NEAR] or _near(community_id, building, typed))


def _near(community_id: int, building: str | None, typed: str) -> list[Unit]:
    """The same number in another house, then numbers that differ little in this one."""
    number = typed.rpartition("-")[2]
    elsewhere = [unit for unit in people.find_unit(community_id, number) if unit.kind != UnitKind.PARKING]
    here = _alike(community_id, building, number) if building else []
    return list(dict.fromkeys([*here[: NEAR // 2], *elsewhere, *here]))[:NEAR]


def _alike(community_id: int, building: str, number: str) -> list[Unit]:
    query = (
        sa.select(Unit)
        .join(Building)
        .where(Unit.community_id == community_id, Building.code == building, Unit.kind != UnitKind.PARKING)
    )
    units = {unit.number: unit for unit in db.session.scalars(query.order_by(Unit.code))}
    return [units[alike] for alike in get_close_matches(number, units, NEAR, 0.6)]


def by_id(community_id: int, unit_id: int | None) -> Unit | None:
    if unit_id is None:
        return None
    return db.session.scalar(sa.select(Unit).where(Unit.id == unit_id, Unit.community_id == community_id))
