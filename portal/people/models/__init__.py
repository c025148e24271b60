"""The tables of places, residents, staff and devices."""

from portal.people.models.devices import KioskCode, KioskDevice
from portal.people.models.links import Link
from portal.people.models.places import Building, Community, Company, Unit, UnitKind
from portal.people.models.residents import Household, Member, Person, PersonPhone, Relation
from portal.people.models.roster import ImportLine, ImportRun, LineKind, RunState
from portal.people.models.staff import RoleGrant, SignIn, User

__all__ = [
    "Building",
    "Community",
    "Company",
    "Household",
    "ImportLine",
    "ImportRun",
    "KioskCode",
    "KioskDevice",
    "LineKind",
    "Link",
    "Member",
    "Person",
    "PersonPhone",
    "Relation",
    "RoleGrant",
    "RunState",
    "SignIn",
    "Unit",
    "UnitKind",
    "User",
]
