"""The people in the tests, by name: who they are does not change from one test to the next."""

from dataclasses import dataclass

from portal.access import Role
from portal.db import db
from portal.people.models import Community, Company, Household, Person, Unit, User
from tests import factories

STAFF = {
    Role.GUARD: "赵岗",
    Role.RECEPTIONIST: "林晓",
    Role.TECHNICIAN: "何师傅",
    Role.MANAGER: "周敏",
    Role.DIRECTOR: "高主任",
    Role.QUALITY: "钱质",
    Role.FINANCE: "孙账",
    Role.COMMITTEE_MEMBER: "吴委员",
    Role.COMMITTEE_CHAIR: "郑主席",
    Role.COMPANY: "冯总",
    Role.ADMINISTRATOR: "陈管理",
}


@dataclass
class Cast:
    """`cast["manager"]` is the manager of 翠湖花园; `cast.outsider` is the manager of 碧湖雅居, another company's."""

    company: Company
    community: Community
    unit: Unit  # 3 栋 1204
    neighbour: Unit  # 3 栋 0802
    household: Household
    owner: Person  # 王建国 of 3 栋 1204, 13800135678, wang@example.test
    users: dict[str, User]
    other_community: Community
    other_unit: Unit
    outsider: User

    def __getitem__(self, role: str) -> User:
        return self.outsider if role == "outsider" else self.users[role]

    @classmethod
    def assemble(cls) -> "Cast":
        company = factories.company()
        community = factories.community(company)
        house = factories.building(community, "3")
        unit, neighbour = factories.unit(house, "1204"), factories.unit(house, "0802")
        household = factories.household(unit)
        owner = factories.person(community, email="wang@example.test")
        factories.member(household, owner)
        users = {
            str(role): factories.user(company, str(role), name, role, None if role is Role.COMPANY else community)
            for role, name in STAFF.items()
        }
        other_company = factories.company("别家物业")
        other = factories.community(other_company, "bihu", "碧湖雅居")
        other_unit = factories.unit(factories.building(other, "1"), "0101")
        outsider = factories.user(other_company, "outsider", "外人", Role.MANAGER, other)
        db.session.commit()
        return cls(company, community, unit, neighbour, household, owner, users, other, other_unit, outsider)
