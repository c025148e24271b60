"""Writing a plan in one short transaction: numbers sealed beforehand, ids reserved, rows inserted in bulk.

On SQLite a write holds up every other one, so nothing is worked out here that could be worked out before.
"""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from portal.db import db
from portal.people import doors
from portal.people.models import Building, Household, Member, Person, PersonPhone, Unit
from portal.people.roster import bulk
from portal.people.roster.bulk import Values
from portal.people.roster.plan import PersonPlan, Plan
from portal.secret import blind_index, seal
from portal.timeline import Actor, TimelineEntry


class Batch:
    """All rows of one plan, ready but for their ids. Made outside the transaction; `write` is all that runs in it."""

    def __init__(self, community_id: int, plan: Plan, actor: Actor, now: datetime) -> None:
        self.community_id, self.plan, self.actor, self.now = community_id, plan, actor, now
        self.progress: Callable[[int, int], None] = lambda done, of: None
        self.new_people = [
            person for unit in plan.units for person in unit.people if person.known is None and person.same_as is None
        ]
        self.sealed = {id(person): _sealed_person(person) for person in self.new_people}
        self.phones = {id(person): [_phone(number) for number in person.phones] for person in self.new_people}
        self.changed = _changed_people(plan)
        self.timeline: list[Values] = []
        self.rows = 5 * len(self.new_people) + len(plan.units)  # about as many as will be inserted
        self.done = 0

    def write(self) -> None:
        """Insert and update. The caller commits."""
        buildings = {**self.plan.buildings, **self._add_buildings(self.plan.buildings)}
        unit_ids = self._add_units(buildings)
        home_ids = self._add_households(unit_ids)
        person_ids = self._add_people()
        self._add_members(home_ids, person_ids)
        self._change_units()
        self._change_people()
        self._insert(TimelineEntry, self.timeline)

    def _add_buildings(self, known: dict[str, int]) -> dict[str, int]:
        codes: dict[str, str] = {}
        for unit in self.plan.units:
            code = unit.file.door.building or ""
            if unit.known is None and doors.key(code) not in known:
                codes.setdefault(doors.key(code), code)
        ids = dict(zip(codes, bulk.reserve(Building, len(codes)), strict=True))
        self._insert(Building, [self._building(ids[key], code) for key, code in codes.items()])
        return ids

    def _building(self, row_id: int, code: str) -> Values:
        position = int(code) if code.isdecimal() and len(code) < 9 else 0
        name = f"{code} 栋" if code.isascii() else code
        return {**self._row(row_id), "code": code, "name": name, "position": position}

    def _add_units(self, buildings: dict[str, int]) -> dict[int, int]:
        """Returns the id of every unit of the plan, new or known, by the plan's identity."""
        new = [unit for unit in self.plan.units if unit.known is None]
        ids = {id(unit): unit.known.id for unit in self.plan.units if unit.known is not None}
        rows = []
        for unit, row_id in zip(new, bulk.reserve(Unit, len(new)), strict=True):
            door = unit.file.door
            ids[id(unit)] = row_id
            values = {"code": door.code, "section": door.section, "number": door.room, **unit.changes}
            rows.append({**self._row(row_id), "building_id": buildings[doors.key(door.building)], **values})
        self._insert(Unit, rows)
        return ids

    def _add_households(self, unit_ids: dict[int, int]) -> dict[int, int]:
        """A household for every unit that has people and none so far."""
        ids = {id(unit): unit.household.id for unit in self.plan.units if unit.household is not None}
        new = [unit for unit in self.plan.units if unit.household is None and unit.people]
        rows = []
        for unit, row_id in zip(new, bulk.reserve(Household, len(new)), strict=True):
            ids[id(unit)] = row_id
            rows.append(
                {**self._row(row_id), "unit_id": unit_ids[id(unit)], "ended_on": None, **unit.household_changes}
            )
            self._tell(Household, row_id, "imported")
        self._insert(Household, rows)
        return ids

    def _add_people(self) -> dict[int, int]:
        ids, rows, phones = {}, [], []
        for person, row_id in zip(self.new_people, bulk.reserve(Person, len(self.new_people)), strict=True):
            ids[id(person)] = row_id
            rows.append({**self._row(row_id), "updated_at": self.now, **self.sealed[id(person)]})
            phones += [{**phone, "person_id": row_id} for phone in self.phones[id(person)]]
        self._insert(Person, rows)
        self._add_phones(phones)
        return ids

    def _add_phones(self, phones: list[Values]) -> None:
        ids = bulk.reserve(PersonPhone, len(phones))
        self._insert(PersonPhone, [{**self._row(row_id), **phone} for phone, row_id in zip(phones, ids, strict=True)])

    def _add_members(self, home_ids: dict[int, int], person_ids: dict[int, int]) -> None:
        new = [(unit, person) for unit in self.plan.units for person in unit.people if person.member is None]
        rows = []
        for (unit, person), row_id in zip(new, bulk.reserve(Member, len(new)), strict=True):
            person_id = person.known.id if person.known else person_ids[id(person.same_as or person)]
            home_id = home_ids[id(unit)]
            if unit.household is not None:
                self._tell(Household, home_id, "joined", became=f"{person.hashed.file.name}")
            values = {"relation": person.relation, "from_on": person.hashed.file.moved_in, "to_on": None}
            rows.append({**self._row(row_id), "household_id": home_id, "person_id": person_id, **values})
        self._insert(Member, rows)

    def _change_units(self) -> None:
        units, homes = [], []
        for unit in self.plan.units:
            if unit.known is not None and unit.changes:
                units.append((unit.known.id, unit.changes))
                self._tell(Unit, unit.known.id, "changed", unit.changes)
            if unit.household is not None and unit.household_changes:
                homes.append((unit.household.id, unit.household_changes))
                self._tell(Household, unit.household.id, "changed", unit.household_changes)
        bulk.update(Unit, units)
        bulk.update(Household, homes)

    def _change_people(self) -> None:
        people, members = [], []
        for person_id, (values, phones) in self.changed.items():
            people.append((person_id, {**values, "updated_at": self.now}))
            fields = [name for name in values if name != "document_hash"] + (["phones"] if phones else [])
            self._tell(Person, person_id, "changed", fields)
        for person in (person for unit in self.plan.units for person in unit.people):
            if person.member is not None and person.member_changes:
                members.append((person.member.id, person.member_changes))
                self._tell(Person, person.member.person.id, "changed", person.member_changes)
        bulk.update(Person, people)
        bulk.update(Member, members)
        self._put_phones_first({person_id: phones for person_id, (_, phones) in self.changed.items() if phones})

    def _put_phones_first(self, new: dict[int, list[Values]]) -> None:
        """The file's numbers become each person's first; those known before stay behind them."""
        table = bulk.raw(PersonPhone)
        columns = (table.c.person_id, table.c.number, table.c.number_hash, table.c.tail_hash)
        rows = [{**phone, "person_id": person_id} for person_id, phones in new.items() for phone in phones]
        listed = {(row["person_id"], row["number_hash"]) for row in rows}
        for ids in bulk.chunks(list(new), bulk.MOST_PARAMETERS):
            of_these = table.c.person_id.in_(ids)
            for row in db.session.execute(sa.select(*columns).where(of_these).order_by(table.c.id)).mappings():
                if (row["person_id"], row["number_hash"]) not in listed:
                    rows.append(dict(row))
            db.session.execute(sa.delete(table).where(of_these))
        self._add_phones(rows)

    def _insert(self, table: Any, rows: list[Values]) -> None:
        for chunk in bulk.chunks(rows, bulk.ROWS_A_STEP):
            bulk.insert(table, chunk)
            self.done += len(chunk)
            self.progress(self.done, max(self.done, self.rows))

    def _row(self, row_id: int) -> Values:
        return {"id": row_id, "community_id": self.community_id}

    def _tell(self, table: Any, row_id: int, verb: str, fields: Iterable[str] = (), became: str | None = None) -> None:
        self.timeline.append(
            {
                "community_id": self.community_id,
                "subject_type": table.__tablename__,
                "subject_id": row_id,
                "at": self.now,
                "verb": verb,
                "actor_name": self.actor.name,
                "actor_id": self.actor.user_id,
                "became": became,
                "data": {"by": "roster", "fields": list(fields)},
            }
        )


def _sealed_person(person: PersonPlan) -> Values:
    file = person.hashed.file
    return {
        "name": file.name,
        "document": _sealed(file.document, "person.document"),
        "document_hash": person.hashed.document_hash,
        "email": file.email,
        "language": "zh",
        "special": False,
    }


def _sealed(number: str | None, place: str) -> bytes | None:
    return None if number is None else seal(number.encode(), place)


def _phone(number: str) -> Values:
    return {
        "number": _sealed(number, "person_phone.number"),
        "number_hash": blind_index("phone", number),
        "tail_hash": blind_index("phone-tail", number[-4:]),
    }


def _changed_people(plan: Plan) -> dict[int, tuple[Values, list[Values]]]:
    """What changes for each known person, from all units that list them: the first to name a value decides."""
    changed: dict[int, tuple[Values, list[Values]]] = {}
    for person in (person for unit in plan.units for person in unit.people):
        if person.known is None or not (person.changes or person.phones):
            continue
        values, phones = changed.setdefault(person.known.id, ({}, []))
        sealed = {**person.changes}
        if "document" in sealed:
            sealed["document"] = _sealed(sealed["document"], "person.document")
        values |= {name: value for name, value in sealed.items() if name not in values}
        listed = {phone["number_hash"] for phone in phones}
        phones += [phone for phone in map(_phone, person.phones) if phone["number_hash"] not in listed]
    return changed
