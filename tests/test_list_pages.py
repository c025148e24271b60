"""Issue 2: every list page asks the database the same number of questions, however long the list is.

Each row of a longer list has people, places and answers of its own, so that nothing comes out of what was loaded
before for another row.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any

import pytest

from portal import clock
from portal.access import Role
from portal.cases import operations as cases
from portal.cases.operations import Caller
from portal.cases.stages import How, Satisfaction
from portal.db import db
from portal.desk import operations as desk
from portal.knowledge import operations as knowledge
from portal.notices import operations as notices
from portal.outbox import operations as outbox
from portal.people import devices
from portal.people.models import KioskDevice, Person, Unit, User
from portal.people.roster import operations as roster
from portal.standards import operations as standards
from portal.timeline import SYSTEM
from portal.visitors.operations import passing
from portal.visitors.operations.groups import arrange
from portal.visitors.operations.registering import Told, book, walk_in
from tests import factories
from tests.cast import Cast
from tests.client import Client
from tests.counting import count_queries as count_queries

AT_THE_DESK = (
    "/desk/",
    "/desk/?q=客户",
    "/desk/?stage=closed",
    "/cases/call?q=客户",
    "/cases/call?q=3-1204",
    "/cases/household?unit=3-1204",
    "/cases/ledger",
    "/desk/calls",
    "/desk/calls/history",
    "/desk/checklist",
    "/knowledge/",
    "/knowledge/search?q=停车",
    "/notices/",
    "/notifications",
    "/people/?q=客户",
    "/people/roster",
    "/promises/changes",
    "/standards/",
    "/visitors/",
    "/visitors/groups",
    "/visitors/groups/new",
    "/visitors/roll-call",
    "/visitors/search?q=访客",
    "/board/cuihu",
)
OF_THE_ADMINISTRATOR = ("/staff", "/kiosks", "/outbox/", "/people/roster")
AT_THE_KIOSK = ("/kiosk/", "/kiosk/board", "/kiosk/board/standards", "/kiosk/answers", "/kiosk/answers/prices")
Counting = Callable[[], AbstractContextManager[list[str]]]


class Estate:
    """Grows by one of everything at a time."""

    def __init__(self, cast: Cast) -> None:
        self.cast, self.place, self.size = cast, cast.community, 0
        standards.seed_calendar()

    def grow(self, many: int) -> None:
        for _ in range(many):
            self.size += 1
            house = factories.building(self.place, f"{self.size + 20}")
            unit = factories.unit(house, "1204")
            person = factories.person(self.place, f"客户{self.size}", f"1390000{self.size:04}", email="k@example.test")
            home = factories.household(unit)
            factories.member(home, person)
            staff = [self.employ(role) for role in (Role.RECEPTIONIST, Role.TECHNICIAN, Role.GUARD)]
            self.cases(unit, person, *staff)
            self.cases(self.cast.unit, person, *staff)
            self.visits(unit, home.id, staff[0])
            self.words(staff[0])
        db.session.commit()

    def employ(self, role: Role) -> User:
        return factories.user(self.cast.company, f"{role}{self.size}", f"同事{self.size}", role, self.place)

    def cases(self, unit: Unit, person: Person, first: User, handler: User, _guard: User) -> None:
        asked: dict[str, Any] = {
            "community_id": self.place.id,
            "channel": "telephone",
            "caller": Caller(person.name, person.phone, person.email, person.id),
            "unit_id": unit.id,
            "actor": first.actor,
            "first_owner_id": first.id,
        }
        repair = cases.receive("repair", title="漏水", urgent=True, **asked).case
        cases.assign(repair, handler, first.actor)
        duplicate = cases.receive("repair", title="也漏水", **asked).case
        cases.merge(duplicate, repair, first.actor)
        closed = cases.receive("complaint", title="太吵", **asked).case
        cases.assign(closed, first, first.actor)
        cases.finish(closed, "已处理", first.actor, told=How.TELEPHONE)
        cases.confirm(closed, How.TELEPHONE, person.name, first.actor)
        cases.follow_up(closed, True, Satisfaction.VERY, None, first.actor)
        cases.close(closed, first.actor)

    def visits(self, unit: Unit, household_id: int, guide: User) -> None:
        now = clock.now()
        guest: dict[str, Any] = {"unit_id": unit.id, "household_id": household_id, "purpose": "friend"}
        walk_in(Told("guest", name="访客", **guest), community=self.place, channel="desk", actor=SYSTEM, arrival="host")
        inside = walk_in(Told("guest", name="访客", **guest), community=self.place, channel="desk", actor=SYSTEM)
        if inside.visit.state != "inside":
            passing.enter(inside.visit, SYSTEM)
        later = {"starts_at": now + timedelta(minutes=5), "ends_at": now + timedelta(hours=2)}
        book(Told("guest", name="访客", **guest, **later), community=self.place, channel="link", actor=SYSTEM)
        group = Told("group", name="带队", organisation="某局", people=9, purpose="study", **later)
        visit = book(group, community=self.place, channel="desk", actor=SYSTEM).visit
        arrange(visit, SYSTEM, guide=guide, meet_at=now + timedelta(minutes=5), lead_at=None, see_off_at=None)

    def words(self, author: User) -> None:
        text = {"category": "general", "title": "停水", "title_en": "", "body": "周一停水", "body_en": ""}
        notice = notices.draft(self.place, {**text, "pinned": False, "starts_at": None, "ends_at": None}, author.actor)
        notices.publish(notice, author.actor)
        answer = {"category": "prices", "question": "停车多少钱", "question_en": "", "text": "5 元", "text_en": ""}
        knowledge.add(self.place, {**answer, "keywords": "停车"}, author.actor)
        device = KioskDevice(
            community_id=self.place.id, place=f"{self.size}", token_hash=f"{self.size:064}", enrolled_at=clock.now()
        )
        desk.take(desk.call_desk(factories.add(device)), author)
        desk.call_desk(device)
        devices.make_code(self.place, f"{self.size}", author, author.actor)
        everyone = [user.id for user in self.cast.users.values()]
        outbox.notify(everyone, community_id=self.place.id, text="通知", url="/desk/", key=f"k{self.size}")
        roster.upload(self.place, "roster.csv", "楼栋,房号\n3,1".encode(), author.actor, ring=False)


@pytest.fixture
def estate(cast: Cast) -> Estate:
    return Estate(cast)


def asked(client: Client, urls: tuple[str, ...], counting: Counting) -> dict[str, int]:
    """For each page how many statements it ran."""
    found = {}
    for url in urls:
        with counting() as seen:
            client.page(url)
        found[url] = len(seen)
    return found


@pytest.mark.parametrize(
    ("who", "urls"),
    [("director", AT_THE_DESK), ("administrator", OF_THE_ADMINISTRATOR), ("kiosk", AT_THE_KIOSK)],
)
def test_a_longer_list_asks_no_more(
    estate: Estate, signed_in: Any, kiosk: Client, who: str, urls: tuple[str, ...], count_queries: Counting
) -> None:
    """CASE-5, VIS-2, NOT-1, PROC-8."""
    client = kiosk if who == "kiosk" else signed_in(who)
    estate.grow(3)  # a call looks into three doors at the most
    asked(client, urls, count_queries)
    few = asked(client, urls, count_queries)
    estate.grow(5)
    many = asked(client, urls, count_queries)
    more = {url: (few[url], many[url]) for url in urls if many[url] > few[url]}
    assert not more, f"pages whose queries grow with the list: {more}"
