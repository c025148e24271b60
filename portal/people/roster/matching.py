"""Who of the file is whom of the portal: by document, then phone and name, then name, then phone; each one once."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from portal.people.roster.existing import KnownMember, KnownPerson
from portal.people.roster.gathered import FilePerson
from portal.secret import blind_index


@dataclass(slots=True)
class Hashed:
    """A person of the file with the keyed hashes of their numbers."""

    file: FilePerson
    document_hash: str | None
    phone_hashes: list[str]

    @classmethod
    def of(cls, person: FilePerson) -> "Hashed":
        document = blind_index("document", person.document) if person.document else None
        return cls(person, document, [blind_index("phone", number) for number in person.phones])


def _document(new: Hashed, known: KnownPerson) -> bool:
    return new.document_hash is not None and new.document_hash == known.document_hash


def _not_another(new: Hashed, known: KnownPerson) -> bool:
    """Two different documents are two people, whatever else they share."""
    return not (new.document_hash and known.document_hash) or new.document_hash == known.document_hash


def _phone(new: Hashed, known: KnownPerson) -> bool:
    return _not_another(new, known) and not set(new.phone_hashes).isdisjoint(known.phone_hashes)


def _name(new: Hashed, known: KnownPerson) -> bool:
    return _not_another(new, known) and new.file.name == known.name


def _phone_and_name(new: Hashed, known: KnownPerson) -> bool:
    return _name(new, known) and _phone(new, known)


# A family shares a number: by phone alone only those are taken for each other whom nothing better has found.
WAYS: tuple[Callable[[Hashed, KnownPerson], bool], ...] = (_document, _phone_and_name, _name, _phone)


def match(people: Sequence[Hashed], members: Sequence[KnownMember]) -> dict[int, KnownMember]:
    """Position in `people` → the member of the household that it is."""
    found: dict[int, KnownMember] = {}
    left = list(members)
    for way in WAYS:
        for position, person in enumerate(people):
            if position in found:
                continue
            member = next((member for member in left if way(person, member.person)), None)
            if member is not None:
                found[position] = member
                left.remove(member)
    return found


def went(person: Hashed, gone: Sequence[KnownMember]) -> KnownMember | None:
    """The one who moved out of this unit whom the file still lists. By phone alone nobody is."""
    for way in WAYS[:3]:
        for member in gone:
            if way(person, member.person):
                return member
    return None
