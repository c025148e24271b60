"""Verbs on residents: correct a person, add one to a household, move out, begin a new household. History stays."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from portal import clock, timeline
from portal.db import db
from portal.people.models import Community, Household, Member, Person, PersonPhone, Relation, Unit
from portal.people.queries import household_now
from portal.secret import blind_index
from portal.timeline import Actor

SALE, TENANCY = "sale", "tenancy"


class AlreadyThereError(Exception):
    """The person is a member of the household in that relation already."""


@dataclass(frozen=True)
class PersonValues:
    """What an edit of a person says. `document` None leaves it; `drop_phones` are ids, `add_phones` cleaned numbers."""

    name: str
    email: str | None = None
    language: str = "zh"
    document: str | None = None
    add_phones: Sequence[str] = ()
    drop_phones: frozenset[int] = frozenset()
    special: bool = False
    special_reason: str | None = None


def correct(person: Person, values: PersonValues, actor: Actor) -> list[str]:
    """Take over what is different; returns the names of the fields, as roster/words.py calls them."""
    _hold(person.community_id)
    changed = _correct_plain(person, values) + _correct_numbers(person, values)
    if changed:
        person.updated_at = clock.now()
        timeline.record(person, "changed", actor, data={"fields": changed})
    _mark_special(person, values, actor)
    return changed


def _correct_plain(person: Person, values: PersonValues) -> list[str]:
    changed = []
    for name in ("name", "email", "language"):
        said = getattr(values, name)
        if said != getattr(person, name):
            setattr(person, name, said)
            changed.append(name)
    return changed


def _correct_numbers(person: Person, values: PersonValues) -> list[str]:
    changed = []
    if values.document and blind_index("document", values.document) != person.document_hash:
        person.set_document(values.document)
        changed.append("document")
    left = [phone for phone in person.phones if phone.id not in values.drop_phones]
    known = {phone.number_hash for phone in left}
    new = [PersonPhone.of(person.community_id, number) for number in dict.fromkeys(values.add_phones)]
    added = [phone for phone in new if phone.number_hash not in known]
    if added or len(left) != len(person.phones):
        person.phones = left + added
        changed.append("phones")
    return changed


def _mark_special(person: Person, values: PersonValues, actor: Actor) -> None:
    """CASE-3: the mark and its reason, each change kept by itself."""
    reason = values.special_reason if values.special else None
    if (values.special, reason) == (person.special, person.special_reason):
        return
    verb = "special" if values.special else "not_special"
    timeline.record(person, verb, actor, was=person.special_reason, became=reason, reason=values.special_reason)
    person.special, person.special_reason = values.special, reason
    person.updated_at = clock.now()


def add_member(unit: Unit, values: PersonValues, relation: Relation, from_on: date | None, actor: Actor) -> Member:
    """Add someone to the unit's current household, which begins if there is none. Somebody known by document, or by
    name and number, is not entered twice. Raises AlreadyThereError."""
    _hold(unit.community_id)
    home = household_now(unit.id) or _begin(unit, from_on, actor)
    person = _known(unit.community_id, values) or _newcomer(unit.community_id, values)
    there = _membership(home.id, person.id, relation)
    if there is not None and there.to_on is None:
        raise AlreadyThereError
    if there is not None:  # back again: one row a relation, what was before stays in the history
        there.from_on, there.to_on = from_on, None
    else:
        there = Member(
            community_id=unit.community_id, household=home, person=person, relation=relation, from_on=from_on
        )
        db.session.add(there)
    timeline.record(home, "joined", actor, became=person.name, data={"relation": str(relation)})
    return there


def _membership(household_id: int | None, person_id: int | None, relation: str) -> Member | None:
    wanted = sa.select(Member).where(
        Member.household_id == household_id, Member.person_id == person_id, Member.relation == relation
    )
    return db.session.scalar(wanted)


def _known(community_id: int, values: PersonValues) -> Person | None:
    here = sa.select(Person).where(Person.community_id == community_id)
    if values.document:
        return db.session.scalar(here.where(Person.document_hash == blind_index("document", values.document)).limit(1))
    hashes = [blind_index("phone", number) for number in values.add_phones]
    same = here.join(PersonPhone).where(PersonPhone.number_hash.in_(hashes), Person.name == values.name)
    return db.session.scalar(same.limit(1)) if hashes else None


def _newcomer(community_id: int, values: PersonValues) -> Person:
    person = Person(
        community_id=community_id,
        name=values.name,
        email=values.email,
        language=values.language,
        special=False,
        updated_at=clock.now(),
    )
    person.set_document(values.document)
    person.phones = [PersonPhone.of(community_id, number) for number in dict.fromkeys(values.add_phones)]
    db.session.add(person)
    db.session.flush()
    return person


def change_member(member: Member, relation: Relation, from_on: date | None, actor: Actor) -> None:
    """Correct the relation or the first day. Raises AlreadyThereError where the person has that relation too."""
    _hold(member.community_id)
    other = _membership(member.household_id, member.person_id, relation)
    if other is not None and other is not member:
        raise AlreadyThereError
    changed = [name for name, said in (("relation", relation), ("from_on", from_on)) if said != getattr(member, name)]
    member.relation, member.from_on = relation, from_on
    if changed:
        timeline.record(member.household, "member_changed", actor, became=member.person.name, data={"fields": changed})


def move_out(member: Member, on: date, actor: Actor, reason: str | None = None) -> None:
    """The person belongs to the household until that day. Nothing is deleted."""
    _hold(member.community_id)
    member.to_on = on
    timeline.record(member.household, "moved_out", actor, was=member.person.name, became=on.isoformat(), reason=reason)


def begin_household(unit: Unit, why: str, on: date, actor: Actor, reason: str | None = None) -> Household:
    """A sale: everyone leaves, the new owner comes. A tenancy: owners stay, tenants and families change."""
    _hold(unit.community_id)
    old = household_now(unit.id)
    owners = _owners(old) if old is not None and why == TENANCY else []
    new = _begin(unit, on, actor, reason)
    if old is not None:
        _end(old, on, actor, why, reason)
    for owner in owners:
        values = {"person": owner.person, "relation": Relation.OWNER, "from_on": owner.from_on}
        db.session.add(Member(community_id=new.community_id, household=new, **values))
    return new


def _owners(home: Household) -> list[Member]:
    today = clock.local(clock.now()).date()
    current = [member for member in home.members if member.to_on is None or member.to_on > today]
    return [member for member in current if member.relation == Relation.OWNER]


def _begin(unit: Unit, on: date | None, actor: Actor, reason: str | None = None) -> Household:
    home = Household(community_id=unit.community_id, unit=unit, started_on=on)
    db.session.add(home)
    timeline.record(home, "begun", actor, became=on.isoformat() if on else None, reason=reason)
    return home


def _end(home: Household, on: date, actor: Actor, why: str, reason: str | None) -> None:
    home.ended_on = on
    for member in home.members:
        if member.to_on is None or member.to_on > on:
            member.to_on = on
    timeline.record(home, "ended", actor, became=on.isoformat(), reason=reason, data={"why": why})


def _hold(community_id: int) -> None:
    """A roster being written at this moment is waited for: it must not put its older values over ours."""
    db.session.scalar(sa.select(Community.id).where(Community.id == community_id).with_for_update())
