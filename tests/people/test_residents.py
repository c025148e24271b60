"""Residents' pages: found as people say it, numbers masked, nothing of the past lost."""

from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from bs4 import BeautifulSoup

from portal import clock
from portal.db import db
from portal.people import queries
from portal.people.models import Household, Member, Person, Relation
from portal.timeline import AuditEntry, history
from tests import factories
from tests.cast import Cast
from tests.client import Client
from tests.people.workbooks import identity


@pytest.fixture
def manager(signed_in: Any) -> Client:
    client: Client = signed_in("manager")
    return client


def unit_url(cast: Cast, rest: str = "") -> str:
    return f"/people/units/{cast.unit.id}{rest}"


def person_url(person: Person, rest: str = "") -> str:
    return f"/people/persons/{person.id}{rest}"


def the_member(cast: Cast) -> Member:
    (member,) = queries.members_in_unit(cast.unit.id)
    return member


def text(page: BeautifulSoup) -> str:
    return page.get_text(" ", strip=True)


@pytest.mark.parametrize(
    "q", ["3-1204", "3栋1204", "３－１２０４", "3 1204", "31204", "王建", "5678", "138 0013 5678", "+8613800135678"]
)
def test_finds_people_as_they_are_said(manager: Client, cast: Cast, q: str) -> None:
    page = manager.page("/people/", query_string={"q": q})
    (row,) = page.select("table tbody tr")
    assert "王建国" in row.get_text()
    assert "3 栋 1204" in row.get_text()
    assert "138****5678" in row.get_text()
    assert "13800135678" not in row.get_text()


def test_finds_by_document_and_shows_vacant_units(manager: Client, cast: Cast) -> None:
    cast.owner.set_document(identity())
    assert "王建国" in text(manager.page("/people/", query_string={"q": identity()}))
    page = manager.page("/people/", query_string={"q": "3-802"})
    assert [link["href"] for link in page.select("#residents a")] == [f"/people/units/{cast.neighbour.id}"]


def test_nothing_found_says_how_to_ask(manager: Client, cast: Cast) -> None:
    assert "没有找到“没有这人”" in text(manager.page("/people/", query_string={"q": "没有这人"}))
    assert "输入房号" in text(manager.page("/people/"))


def test_a_search_never_leaves_the_community(signed_in: Any, cast: Cast) -> None:
    outsider = signed_in("outsider")
    for q in ("王建国", "5678", "13800135678", "3-1204"):
        assert "没有找到" in text(outsider.page("/people/", query_string={"q": q}))


def test_search_has_a_constant_number_of_queries(manager: Client, cast: Cast) -> None:
    def count(q: str) -> int:
        seen: list[str] = []

        def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
            seen.append(statement)

        sa.event.listen(db.engine, "before_cursor_execute", note)
        try:
            manager.page("/people/", query_string={"q": q})
        finally:
            sa.event.remove(db.engine, "before_cursor_execute", note)
        return len(seen)

    one = count("王")
    house = cast.unit.building
    for number in range(20):
        home = factories.household(factories.unit(house, f"20{number:02}"))
        factories.member(home, factories.person(cast.community, f"王{number}", f"139001{number:05}"))
    assert count("王") == one


def test_a_household_shows_its_people_masked(manager: Client, cast: Cast) -> None:
    page = manager.page(unit_url(cast))
    assert "王建国" in text(page)
    assert "业主" in text(page)
    assert "138****5678" in text(page)
    assert "13800135678" not in page.decode()


def test_those_who_may_only_look_get_no_forms(signed_in: Any, cast: Cast) -> None:
    guard = signed_in("guard")
    page = guard.page(unit_url(cast))
    assert not page.select("main form")
    assert not guard.page(person_url(cast.owner)).select("main form")
    assert guard.get(person_url(cast.owner, "/edit")).status_code == 403
    assert guard.send(person_url(cast.owner, "/reveal"), {"what": "document", "why": "check"}).status_code == 403


@pytest.mark.parametrize(
    "path",
    ["/people/units/{unit}", "/people/persons/{person}", "/people/persons/{person}/edit", "/people/members/{member}"],
)
def test_another_communitys_people_are_not_there(signed_in: Any, cast: Cast, path: str) -> None:
    ids = {"unit": cast.unit.id, "person": cast.owner.id, "member": the_member(cast).id}
    assert signed_in("outsider").get(path.format(**ids)).status_code == 404


def test_another_communitys_people_cannot_be_changed(signed_in: Any, cast: Cast) -> None:
    outsider, member = signed_in("outsider"), the_member(cast)
    sent = (
        (person_url(cast.owner, "/edit"), {"name": "改名"}),
        (person_url(cast.owner, "/reveal"), {"what": f"phone-{cast.owner.phones[0].id}", "why": "check"}),
        (f"/people/members/{member.id}", {"relation": "tenant"}),
        (f"/people/members/{member.id}/departure", {"on": "2024-01-01"}),
        (unit_url(cast, "/members/new"), {"name": "外人", "relation": "owner"}),
        (unit_url(cast, "/households"), {"why": "sale", "on": "2024-01-01"}),
    )
    for url, data in sent:
        assert outsider.send(url, data).status_code == 404, url
    assert [(m.person.name, m.relation, m.to_on) for m in queries.members_in_unit(cast.unit.id)] == [
        ("王建国", "owner", None)
    ]


def test_a_number_is_shown_once_with_a_reason_and_the_look_is_kept(manager: Client, cast: Cast) -> None:
    """trust: showing one in full asks for a reason and writes the audit log, which holds no number."""
    phone = cast.owner.phones[0]
    page = manager.submit(
        person_url(cast.owner, "/reveal"), {"what": f"phone-{phone.id}", "why": "urgent", "words": "漏水"}
    )
    assert "13800135678" in text(page)
    assert "13800135678" not in text(manager.page(person_url(cast.owner)))
    entry = db.session.scalars(sa.select(AuditEntry).where(AuditEntry.act == "reveal_phone")).one()
    assert (entry.actor_name, entry.subject_type, entry.subject_id) == ("周敏", "person", cast.owner.id)
    assert entry.reason == "紧急情况：漏水"


@pytest.mark.parametrize("data", [{}, {"why": ""}, {"why": "other"}, {"why": "because"}])
def test_without_a_reason_nothing_is_shown(manager: Client, cast: Cast, data: dict[str, str]) -> None:
    what = f"phone-{cast.owner.phones[0].id}"
    page = manager.submit(person_url(cast.owner, "/reveal"), {"what": what, **data}, 422)
    assert "13800135678" not in page.decode()
    assert db.session.scalars(sa.select(AuditEntry)).all() == []


def test_only_that_persons_numbers_are_shown(manager: Client, cast: Cast) -> None:
    other = factories.person(cast.community, "李梅", "13900135678")
    what = f"phone-{other.phones[0].id}"
    assert manager.send(person_url(cast.owner, "/reveal"), {"what": what, "why": "check"}).status_code == 404
    assert manager.send(person_url(cast.owner, "/reveal"), {"what": "document", "why": "check"}).status_code == 404


def test_a_person_is_corrected(manager: Client, cast: Cast) -> None:
    old = cast.owner.phones[0].id
    data = {
        "name": "王建國",
        "drop_phones": str(old),
        "add_phones": "１３９ ００１３ ５６７８、0755-88881234",
        "document": identity(),
        "email": "",
        "language": "en",
    }
    manager.submit(person_url(cast.owner, "/edit"), data)
    owner = cast.owner
    assert (owner.name, owner.email, owner.language, owner.document) == ("王建國", None, "en", identity())
    assert [phone.number for phone in owner.phones] == ["13900135678", "075588881234"]
    (entry,) = history(owner)
    assert entry.data == {"fields": ["name", "email", "language", "document", "phones"]}
    assert "王建國 更新：姓名、邮箱、语言、证件号、电话" in text(manager.page(unit_url(cast)))


def test_wrong_values_come_back_beside_their_fields(manager: Client, cast: Cast) -> None:
    data = {"name": "", "add_phones": "12345", "document": "440304", "email": "x", "language": "zh", "special": "y"}
    page = manager.submit(person_url(cast.owner, "/edit"), data, 422)
    told = [error.get_text() for error in page.select(".error")]
    assert told == [
        "请填写姓名。",
        "“12345”不是有效的电话，座机请写上区号。",
        "证件号不对：请核对位数和最后一位。",
        "邮箱的写法不对，例如 name@example.com。",
        "请写明为什么是特殊客户。",
    ]
    assert page.select_one("[name=add_phones]")["value"] == "12345"  # type: ignore[index]
    assert cast.owner.name == "王建国"


def test_a_special_customer_has_a_reason(manager: Client, cast: Cast) -> None:
    """CASE-3: who is a special customer is marked with the reason, and each change of it is kept."""
    data = {"name": "王建国", "email": "wang@example.test", "language": "zh"}
    manager.submit(person_url(cast.owner, "/edit"), {**data, "special": "y", "special_reason": "曾多次投诉未决"})
    assert (cast.owner.special, cast.owner.special_reason) == (True, "曾多次投诉未决")
    assert "特殊客户" in text(manager.page(unit_url(cast)))
    manager.submit(person_url(cast.owner, "/edit"), data)
    assert (cast.owner.special, cast.owner.special_reason) == (False, None)
    assert [(entry.verb, entry.was, entry.became) for entry in history(cast.owner)] == [
        ("special", None, "曾多次投诉未决"),
        ("not_special", "曾多次投诉未决", None),
    ]


def test_saving_without_a_change_leaves_no_trace(manager: Client, cast: Cast) -> None:
    data = {"name": "王建国", "email": "wang@example.test", "language": "zh", "add_phones": "13800135678"}
    manager.submit(person_url(cast.owner, "/edit"), data)
    assert history(cast.owner) == []
    assert len(cast.owner.phones) == 1


def test_a_member_is_added(manager: Client, cast: Cast) -> None:
    data = {
        "name": "李梅",
        "relation": "family",
        "add_phones": "13900135678",
        "language": "zh",
        "from_on": "2024-02-01",
    }
    manager.submit(unit_url(cast, "/members/new"), data)
    members = queries.members_in_unit(cast.unit.id)
    assert [(m.person.name, m.relation, m.from_on) for m in members] == [
        ("王建国", "owner", None),
        ("李梅", "family", date(2024, 2, 1)),
    ]


def test_a_known_person_is_not_entered_twice(manager: Client, cast: Cast) -> None:
    """王建国 buys the flat below: the same person, now of two households."""
    data = {"name": "王建国", "relation": "owner", "add_phones": "13800135678", "language": "zh"}
    manager.submit(f"/people/units/{cast.neighbour.id}/members/new", data)
    assert queries.people_in_unit(cast.neighbour.id) == [cast.owner]
    page = manager.submit(f"/people/units/{cast.neighbour.id}/members/new", data, 422)
    assert "已经是这一户的业主" in text(page)


def test_a_member_needs_name_and_relation(manager: Client, cast: Cast) -> None:
    page = manager.submit(unit_url(cast, "/members/new"), {"language": "zh"}, 422)
    assert "请选择身份。" in text(page)
    assert "请填写姓名。" in text(page)


def test_relation_and_first_day_are_corrected(manager: Client, cast: Cast) -> None:
    member = the_member(cast)
    manager.submit(f"/people/members/{member.id}", {"relation": "tenant", "from_on": "2024-03-01"})
    assert (member.relation, member.from_on) == ("tenant", date(2024, 3, 1))
    assert history(cast.household)[-1].data == {"fields": ["relation", "from_on"]}


def test_moving_out_ends_and_keeps(manager: Client, cast: Cast) -> None:
    member = the_member(cast)
    page = manager.submit(f"/people/members/{member.id}/departure", {"on": "2024-06-30", "reason": "出售"})
    assert "搬离已登记" in text(page)
    assert queries.people_in_unit(cast.unit.id) == []
    assert member.to_on == date(2024, 6, 30)
    assert "2024-06-30" in text(page)
    assert "以前的住户" in text(page)
    assert "没有找到" not in text(manager.page("/people/", query_string={"q": "王建国"}))


def test_who_leaves_next_week_is_still_there(manager: Client, cast: Cast) -> None:
    day = clock.local(clock.now() + timedelta(days=7)).date()
    manager.submit(f"/people/members/{the_member(cast).id}/departure", {"on": day.isoformat()})
    assert queries.people_in_unit(cast.unit.id) == [cast.owner]


def test_a_departure_needs_its_day(manager: Client, cast: Cast) -> None:
    page = manager.submit(f"/people/members/{the_member(cast).id}/departure", {"on": ""}, 422)
    assert "请填写搬离日期。" in text(page)


def test_a_sale_begins_a_new_household(manager: Client, cast: Cast) -> None:
    page = manager.submit(unit_url(cast, "/households"), {"why": "sale", "on": "2024-07-01", "reason": "过户"})
    assert "已登记新住户" in text(page)
    assert queries.people_in_unit(cast.unit.id) == []
    assert cast.household.ended_on == date(2024, 7, 1)
    home = queries.household_now(cast.unit.id)
    assert home is not None
    assert (home.started_on, [entry.verb for entry in history(home)]) == (date(2024, 7, 1), ["begun"])
    assert [household.id for household in queries.past_households(cast.unit.id)] == [cast.household.id]
    shown = text(manager.page(unit_url(cast)))
    assert "王建国" in shown
    assert "结束原住户" in shown


def test_a_tenancy_keeps_the_owner(manager: Client, cast: Cast) -> None:
    tenant = factories.person(cast.community, "旧租户", "13700135678")
    factories.member(cast.household, tenant, Relation.TENANT)
    manager.submit(unit_url(cast, "/households"), {"why": "tenancy", "on": "2024-07-01"})
    assert queries.people_in_unit(cast.unit.id) == [cast.owner]
    homes = db.session.scalars(
        sa.select(Household).where(Household.unit_id == cast.unit.id, Household.ended_on.is_(None))
    )
    assert len(homes.all()) == 1


def test_a_household_does_not_begin_in_the_future(manager: Client, cast: Cast) -> None:
    day = clock.local(clock.now() + timedelta(days=2)).date()
    page = manager.submit(unit_url(cast, "/households"), {"why": "sale", "on": day.isoformat()}, 422)
    assert "请等到那一天再登记。" in text(page)
    assert cast.household.ended_on is None
