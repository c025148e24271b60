"""The guard's desk: the board, the quick form, the register, the roll call, a number in full (VIS-2)."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import event

from portal import clock
from portal.db import db
from portal.timeline import Actor, AuditEntry, history
from portal.visitors.models import Visit, VisitRule
from portal.visitors.operations.registering import Told, book
from tests import factories
from tests.cast import Cast
from tests.client import Client

Guest = Callable[..., Visit]


def form(**changed: str) -> dict[str, str]:
    return {"key": "k" * 32, "kind": "guest", "door": "3-1204", "phone": "13912345678", "people": "1", **changed}


def test_board_shows_who_is_inside_waiting_and_expected(signed_in: Any, guest: Guest, cast: Cast) -> None:
    """VIS-2: at any moment who is inside; masked; what wants attention first."""
    late = guest(arrival="enter", phone="13912345678")
    guest(arrival="enter", phone="13800001111", people=3)
    guest(phone="13700002222")
    book_for_today(cast)
    late.leave_by = clock.now() - timedelta(hours=2)
    page = signed_in("guard").page("/visitors/")
    figures = [dd.get_text() for dd in page.select(".figures dt + dd")]
    assert figures == ["1", "1", "2", "1"]
    inside = page.select("section[aria-labelledby=inside-title] tbody tr")
    assert "139****5678" in inside[0].get_text()
    assert "broken" in inside[0]["class"]
    assert "13912345678" not in page.get_text()
    assert "李*" in page.get_text()


def book_for_today(cast: Cast, **told: Any) -> Visit:
    now = clock.now()
    about = {
        "kind": "guest",
        "unit_id": cast.unit.id,
        "household_id": cast.household.id,
        "name": "李华",
        "starts_at": now - timedelta(minutes=1),
        "ends_at": now + timedelta(minutes=30),
        **told,
    }
    made = book(Told(**about), community=cast.community, channel="household", actor=Actor("住户"))
    db.session.commit()
    return made.visit


def test_board_polls_and_is_quiet_while_nothing_is_new(signed_in: Any, guest: Guest) -> None:
    guard = signed_in("guard")
    poll = guard.page("/visitors/").select_one("#visitor-board")["hx-get"]
    assert guard.get(poll, headers={"HX-Request": "true"}).status_code == 204
    visit = guest(arrival="enter")
    part = guard.get(poll, headers={"HX-Request": "true"})
    assert part.status_code == 200
    assert f"/visitors/{visit.id}/departure" in part.text
    assert "<html" not in part.text


def test_board_asks_the_database_the_same_however_many_there_are(signed_in: Any, guest: Guest) -> None:
    """A list page has a constant number of queries."""
    guard = signed_in("guard")

    def queries() -> int:
        seen: list[str] = []

        def note(_c: Any, _cursor: Any, statement: str, *_more: Any) -> None:
            if statement.startswith("SELECT"):
                seen.append(statement)

        event.listen(db.engine, "before_cursor_execute", note)
        guard.page("/visitors/")
        event.remove(db.engine, "before_cursor_execute", note)
        return len(seen)

    guest(arrival="enter")
    guest()
    few = queries()
    for _more in range(4):
        guest(arrival="enter")
        guest()
    assert queries() == few


def test_other_estates_visits_are_not_there(signed_in: Any, guest: Guest) -> None:
    """Another community's visit: 404, and nothing changes."""
    visit = guest(phone="13912345678")
    outsider = signed_in("outsider")
    assert "139" not in outsider.page("/visitors/").get_text()
    assert outsider.get(f"/visitors/{visit.id}").status_code == 404
    for act in ("approval", "refusal", "entry", "departure", "cancellation", "reveal", "pass", "guide", "moments/met"):
        data = {"reason": "x", "what": "phone"}
        assert outsider.send(f"/visitors/{visit.id}/{act}", data).status_code == 404
    assert visit.state == "waiting"
    assert "没有查到" in outsider.submit("/visitors/search", {"q": "5678"}).get_text()


@pytest.mark.parametrize("who", ["technician", "finance", "quality", "committee_member"])
def test_without_the_right_no_register(signed_in: Any, who: str) -> None:
    assert signed_in(who).get("/visitors/").status_code == 403


def test_quick_form_registers_once(signed_in: Any, cast: Cast) -> None:
    """VIS-1: a guard registers by keyboard, on one page; sent twice it is one visit."""
    guard = signed_in("guard")
    page = guard.submit("/visitors/new", form(purpose="guest.friend", plate="粤B12345"))
    assert "等待确认" in page.get_text()
    guard.submit("/visitors/new", form())
    (visit,) = db.session.scalars(sa.select(Visit))
    assert (visit.unit_id, visit.channel, visit.purpose, visit.household_id) == (
        cast.unit.id,
        "desk",
        "friend",
        cast.household.id,
    )


def test_guard_lets_in_on_the_spot(signed_in: Any) -> None:
    signed_in("guard").submit("/visitors/new", form(arrival="enter"))
    (visit,) = db.session.scalars(sa.select(Visit))
    assert visit.state == "inside"


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"door": "9-9999"}, "没有找到这一户"),
        ({"door": ""}, "请写明到哪一户"),
        ({"phone": ""}, "请填手机号码"),
        ({"phone": "12"}, "这个号码不对"),
        ({"kind": "group", "organisation": ""}, "请填来访单位"),
        ({"document": "11010519491231002X"}, "要访客本人同意"),
        ({"document": "110105194912310021", "consent": "y"}, "证件号码不对"),
        ({"kind": "courier", "document": "11010519491231002X", "consent": "y"}, "这一类来访不登记证件"),
        ({"people": "0"}, "人数在 1 到 500"),
        ({"kind": "burglar"}, ""),
    ],
)
def test_wrong_input_at_the_desk(signed_in: Any, wrong: dict[str, str], says: str) -> None:
    page = signed_in("guard").submit("/visitors/new", form(**wrong), 422)
    assert says in page.get_text()
    assert db.session.query(Visit).count() == 0


def test_sign_out_at_the_desk(signed_in: Any, guest: Guest) -> None:
    visit = guest(arrival="enter")
    signed_in("guard").submit(f"/visitors/{visit.id}/departure")
    assert visit.state == "left"
    assert history(visit)[-1].actor_name == "赵岗"


def test_expected_visitor_by_the_guard(signed_in: Any, cast: Cast) -> None:
    visit = book_for_today(cast)
    signed_in("guard").submit(f"/visitors/{visit.id}/entry")
    assert visit.state == "inside"
    over = book_for_today(cast, starts_at=clock.now() + timedelta(minutes=20))
    over.starts_at, over.ends_at = clock.now() - timedelta(hours=2), clock.now() - timedelta(hours=1)
    page = signed_in("guard").submit(f"/visitors/{over.id}/entry")
    assert "不在有效时间内" in page.get_text()
    assert over.state == "expected"


@pytest.mark.parametrize("q", ["李华", "5678", "139 1234 5678", "粤b12345", "3-1204", "3栋1204", "NUMBER"])
def test_search_finds_by_what_a_guard_knows(signed_in: Any, guest: Guest, q: str) -> None:
    """VIS-2: name, phone and its tail, plate, door, pass number; rows masked."""
    visit = guest(arrival="enter", name="李华", phone="13912345678", plate="粤B12345")
    page = signed_in("guard").submit("/visitors/search", {"q": visit.number if q == "NUMBER" else q})
    (row,) = page.select("tbody tr")
    assert "李*" in row.get_text()
    assert "139****5678" in row.get_text()
    for secret in ("李华", "13912345678", "粤B12345"):
        assert secret not in row.get_text()


def test_search_by_date_and_nothing_found(signed_in: Any, guest: Guest) -> None:
    guest(name="李华")
    yesterday = clock.local(clock.now()).date() - timedelta(days=1)
    guard = signed_in("guard")
    assert "没有查到" in guard.submit("/visitors/search", {"q": "李华", "day": yesterday.isoformat()}).get_text()
    assert "请输入" in guard.submit("/visitors/search", {"q": ""}, 422).get_text()
    assert len(guard.page("/visitors/search").select("tbody tr")) == 1
    assert not guard.page(f"/visitors/search?day={yesterday}").select("tbody tr")
    assert len(guard.page("/visitors/search?day=nonsense").select("tbody tr")) == 1


def test_number_in_full_takes_a_reason_and_is_kept(signed_in: Any, guest: Guest) -> None:
    """Trust: showing one in full asks for a reason and writes the audit log."""
    visit, guard = guest(phone="13912345678"), signed_in("guard")
    assert "13912345678" not in guard.page(f"/visitors/{visit.id}").get_text()
    page = guard.submit(f"/visitors/{visit.id}/reveal", {"what": "phone", "reason": ""}, 422)
    assert "13912345678" not in page.get_text()
    page = guard.submit(f"/visitors/{visit.id}/reveal", {"what": "phone", "reason": "找 13912345678 挪车"})
    assert "13912345678" in page.get_text()
    entry = db.session.scalars(sa.select(AuditEntry)).one()
    assert (entry.act, entry.subject_id, entry.actor_name, entry.reason) == (
        "visit_phone",
        visit.id,
        "赵岗",
        "找 *** 挪车",
    )


def test_document_in_full_is_not_for_guards(signed_in: Any, guest: Guest) -> None:
    visit = guest(document="11010519491231002X", document_consent=True)
    data = {"what": "document", "reason": "核实"}
    assert signed_in("guard").send(f"/visitors/{visit.id}/reveal", data).status_code == 403
    page = signed_in("manager").submit(f"/visitors/{visit.id}/reveal", data)
    assert "11010519491231002X" in page.get_text()
    assert signed_in("manager").submit(f"/visitors/{visit.id}/reveal", {"what": "number_hash", "reason": "x"}, 422)


def test_hosts_telephone_for_asking(signed_in: Any, guest: Guest) -> None:
    page = signed_in("guard").submit(f"/visitors/{guest().id}/reveal", {"what": "host", "reason": "电话确认来访"})
    assert "13800135678" in page.get_text()


def test_roll_call_by_building_and_floor(signed_in: Any, guest: Guest, cast: Cast) -> None:
    """VIS-2: a list to be read out when a house is emptied, with counts."""
    high = factories.unit(cast.unit.building, "1501")
    guest(arrival="enter", phone="13912345678", people=2)
    guest(arrival="enter", unit_id=high.id, household_id=None)
    guest("other", arrival="enter", unit_id=None, household_id=None)
    guest()
    page = signed_in("guard").page("/visitors/roll-call")
    assert [heading.get_text(strip=True) for heading in page.select("main h2")] == [
        "3 栋",
        "不到户：服务中心、公共区域",
    ]
    floors = [th.get_text(" ", strip=True) for th in page.select("th[scope=rowgroup]")]
    assert floors == ["12 层 共 2 人", "15 层 共 1 人", "— 共 1 人"]
    assert "在内 3 起，共 4 人" in page.get_text()
    assert "13912345678" not in page.get_text()


def test_pass_can_be_printed_at_the_desk(signed_in: Any, guest: Guest) -> None:
    assert signed_in("guard").submit(f"/visitors/{guest(arrival='enter').id}/pass").select_one("svg.qr")


def test_community_sets_its_own_rule(signed_in: Any, kiosk: Client, cast: Cast) -> None:
    """What happens to a kind of visit is the community's to say; who changed it is kept."""
    page = signed_in("guard").page("/visitors/rules")
    assert not page.select("main button")
    assert signed_in("guard").send("/visitors/rules/courier", {}).status_code == 403
    manager = signed_in("manager")
    data = {"courier-arrival": "guard", "courier-hours": "3"}
    manager.submit("/visitors/rules/courier", {**data, "courier-hours": "99"}, 422)
    manager.submit("/visitors/rules/courier", data)
    rule = db.session.scalars(sa.select(VisitRule)).one()
    assert (rule.arrival, rule.limit_minutes) == ("guard", 180)
    assert history(rule)[0].actor_name == "周敏"
    url = kiosk.send("/kiosk/visit/new/courier", {"skip": "y"}).location
    kiosk.submit(url, {"purpose": "sf"})
    assert db.session.scalars(sa.select(Visit)).one().state == "waiting"


def test_an_expected_visitor_who_is_early_comes_in_with_a_reason(signed_in: Any, cast: Cast) -> None:
    """VIS-1, VIS-2: ten minutes before the time nobody registers anew: the guard asks by telephone and says so."""
    visit = book_for_today(cast, starts_at=clock.now() + timedelta(minutes=10))
    guard = signed_in("guard")
    row = guard.page("/visitors/").select_one(f"a.button[href='/visitors/{visit.id}']")
    assert row and "提前到了" in row.get_text()
    guard.submit(f"/visitors/{visit.id}/entry", {"reason": ""}, 422)
    assert visit.state == "expected"
    page = guard.submit(f"/visitors/{visit.id}/entry", {"reason": "打电话问过住户"})
    assert visit.state == "inside" and "打电话问过住户" in page.get_text()
