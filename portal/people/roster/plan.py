"""What an import would do: new units and people, changes to known ones, and who is not in the file."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from portal.people.models import LineKind, Relation, UnitKind
from portal.people.roster.existing import Known, KnownHousehold, KnownMember, KnownPerson, KnownUnit
from portal.people.roster.faults import Place, Remark
from portal.people.roster.gathered import FileUnit
from portal.people.roster.matching import Hashed, match, went
from portal.secret import mask_phone

COUNTS = ("units_new", "units_changed", "people_new", "people_changed", "unchanged", "missing")
SAMPLE = 200  # changes shown in a preview; all are counted


@dataclass(slots=True)
class PersonPlan:
    """One person of one unit: who it is if known, and which columns change."""

    hashed: Hashed
    known: KnownPerson | None
    member: KnownMember | None
    relation: str
    changes: dict[str, Any] = field(default_factory=dict)  # columns of person
    member_changes: dict[str, Any] = field(default_factory=dict)
    phones: tuple[str, ...] = ()  # numbers to add, in front of the known ones
    same_as: "PersonPlan | None" = None  # somebody new with this document, met before in the file

    @property
    def changed(self) -> list[str]:
        """The fields that become different, named as in words.py."""
        fields = [name for name in self.changes if name != "document_hash"] + list(self.member_changes)
        return fields + (["phones"] if self.phones else [])


@dataclass(slots=True)
class UnitPlan:
    file: FileUnit
    known: KnownUnit | None
    changes: dict[str, Any]  # columns of unit
    household: KnownHousehold | None
    household_changes: dict[str, Any]
    people: list[PersonPlan]

    @property
    def changed(self) -> list[str]:
        """The fields of a known unit that become different, named as in words.py."""
        return list(self.changes) + (list(self.household_changes) if self.household else [])


@dataclass
class Plan:
    units: list[UnitPlan]
    counts: dict[str, int]
    warnings: list[Remark]
    missing: list[Remark]
    buildings: dict[str, int]  # those the community has: key → id
    version: tuple[int, ...]

    def sample(self) -> Iterator[tuple[LineKind, Remark]]:
        """The first changes, to be looked at."""
        shown = 0
        for unit in self.units:
            for remark in _told(unit):
                yield LineKind.CHANGE, remark
                shown += 1
            if shown >= SAMPLE:
                return


@dataclass
class Met:
    """Who has come up in the file so far: newcomers by document hash; ids of known people. Where a person stands in
    the file twice, the first row decides about name and e-mail."""

    newcomers: dict[str, PersonPlan] = field(default_factory=dict)
    known: set[int] = field(default_factory=set)


def make(units: Sequence[FileUnit], known: Known) -> Plan:
    """Compare the file with the portal. Reads nothing, writes nothing."""
    warnings: list[Remark] = []
    met = Met()
    plans = [_unit(unit, known, met, warnings) for unit in units]
    missing = [remark for plan in plans for remark in _missing(plan)]
    return Plan(plans, _counted(plans, missing), warnings, missing, known.buildings, known.version)


def _unit(unit: FileUnit, known: Known, met: Met, warnings: list[Remark]) -> UnitPlan:
    found = known.unit(unit.door)
    home = found.household if found else None
    plan = UnitPlan(unit, found, _unit_changes(unit, found), home, _home_changes(unit, home), [])
    hashed = [Hashed.of(person) for person in unit.people]
    members = match(hashed, home.members if home else [])
    for position, person in enumerate(hashed):
        member = members.get(position)
        if member is None and found is not None and went(person, found.gone):
            warnings.append(Remark(person.file.place, None, "moved-out", {"name": person.file.name}))
        else:
            plan.people.append(_person(person, member, known, met))
    return plan


def _unit_changes(unit: FileUnit, known: KnownUnit | None) -> dict[str, Any]:
    said = {"floor": unit.floor, "area_m2": unit.area, "kind": unit.kind, "warranty_until": unit.warranty}
    if known is None:
        return {**said, "kind": unit.kind or UnitKind.HOME}
    were = {"floor": known.floor, "area_m2": known.area, "kind": known.kind, "warranty_until": known.warranty}
    return _different(said, were)


def _home_changes(unit: FileUnit, home: KnownHousehold | None) -> dict[str, Any]:
    said = {"started_on": unit.moved_in, "note": unit.note}
    return said if home is None else _different(said, {"started_on": home.started_on, "note": home.note})


def _different(said: dict[str, Any], were: dict[str, Any]) -> dict[str, Any]:
    """What the file says and the portal has not. A blank cell changes nothing."""
    return {name: value for name, value in said.items() if value is not None and value != were[name]}


def _person(person: Hashed, member: KnownMember | None, known: Known, met: Met) -> PersonPlan:
    file = person.file
    found = member.person if member else known.by_document.get(person.document_hash or "")
    relation = file.relation or (member.relation if member else Relation.OWNER)
    plan = PersonPlan(person, found, member, relation)
    if found is None:
        _newcomer(plan, met)
        return plan
    if found.id not in met.known:
        plan.changes = _person_changes(person, found)
        met.known.add(found.id)
    if set(person.phone_hashes) - set(found.phone_hashes):
        plan.phones = file.phones
    if member:
        said = {"relation": file.relation, "from_on": file.moved_in}
        plan.member_changes = _different(said, {"relation": member.relation, "from_on": member.from_on})
    return plan


def _person_changes(person: Hashed, known: KnownPerson) -> dict[str, Any]:
    said = {"name": person.file.name, "email": person.file.email}
    changes = _different(said, {"name": known.name, "email": known.email})
    if person.document_hash and person.document_hash != known.document_hash:
        changes |= {"document": person.file.document, "document_hash": person.document_hash}
    return changes


def _newcomer(plan: PersonPlan, met: Met) -> None:
    """Somebody new; one with two units is one person."""
    plan.phones = plan.hashed.file.phones
    document = plan.hashed.document_hash
    if document is None:
        return
    first = met.newcomers.setdefault(document, plan)
    if first is not plan:
        plan.same_as = first
        first.phones = tuple(dict.fromkeys(first.phones + plan.phones))


def _missing(plan: UnitPlan) -> list[Remark]:
    """Who belongs to the household and is not in the file: left as they are, and listed."""
    if plan.household is None:
        return []
    listed = {id(person.known) for person in plan.people}
    left = [member for member in plan.household.members if id(member.person) not in listed]
    return [
        Remark(None, None, "missing", {"door": plan.file.door.code, "name": member.person.name, "unit_id": unit.id})
        for member in left
        if (unit := plan.known) is not None
    ]


def _counted(plans: Sequence[UnitPlan], missing: Sequence[Remark]) -> dict[str, int]:
    counts = dict.fromkeys(COUNTS, 0)
    for unit in plans:
        if unit.known is None:
            counts["units_new"] += 1
        elif unit.changed:
            counts["units_changed"] += 1
        for person in unit.people:
            counts[_count_of(person)] += 1
    counts["missing"] = len(missing)
    return counts


def _count_of(person: PersonPlan) -> str:
    if person.known is None and person.same_as is None:
        return "people_new"
    return "people_changed" if person.changed or person.member is None else "unchanged"


def _told(unit: UnitPlan) -> list[Remark]:
    door = unit.file.door.code
    told = []
    if unit.known is None:
        told.append(Remark(unit.file.place, None, "unit-new", {"door": door}))
    elif unit.changed:
        told.append(Remark(unit.file.place, None, "unit-changed", {"door": door, "fields": unit.changed}))
    for person in unit.people:
        told += _told_person(person, door, person.hashed.file.place)
    return told


def _told_person(person: PersonPlan, door: str, place: Place) -> list[Remark]:
    file = person.hashed.file
    data = {"door": door, "name": file.name, "relation": person.relation}
    if person.known is None and person.same_as is None:
        phones = "、".join(mask_phone(number) for number in file.phones)
        return [Remark(place, None, "person-new", {**data, "phones": phones or "—"})]
    if person.member is None:
        return [Remark(place, None, "person-joins", data)]
    return [Remark(place, None, "person-changed", {**data, "fields": person.changed})] if person.changed else []
