"""Pages of standards: what staff and residents see, what staff may change, what is refused."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
import time_machine

from portal import clock
from portal.db import db
from portal.standards import operations, queries
from portal.standards.models import CalendarDay, StandardOverride
from portal.standards.register import STANDARDS
from portal.timeline import Actor
from tests.cast import Cast
from tests.client import Client
from tests.standards.conftest import START, Promised

SignedIn = Callable[[str], Client]
HOUR = timedelta(hours=1)


def test_the_register_lists_every_standard(signed_in: SignedIn, promised: Promised, moved: Any) -> None:
    """COM-11: each with wording, number, source; broken promises are counted beside it, not averaged away."""
    promised("CASE-5")
    moved.shift(13 * HOUR)
    page = signed_in("manager").page("/standards/")
    text = page.get_text(" ", strip=True)
    for row in STANDARDS.values():
        assert row.wording in text and row.source in text and page.select_one(f'a[href="/standards/{row.key}"]')
    broken = page.select_one('tr.broken a[href="/standards/CASE-5"]')
    assert broken and len(page.select("tr.broken")) == 1
    assert "手册未定，系统默认" in text and "12 小时" in text


def test_a_community_tightens_a_standard(signed_in: SignedIn, cast: Cast) -> None:
    """COM-11, CASE-5: with a reason, at once in force, its history on the page."""
    client = signed_in("manager")
    page = client.submit("/standards/CASE-5/override", {"amount": "6", "lead": "45", "reason": "业主大会要求"})
    text = page.get_text(" ", strip=True)
    assert "6 小时" in text and "本小区自定" in text and "业主大会要求" in text and "周敏" in text
    here = queries.standard_for(cast.community.id, "CASE-5")
    assert (here.amount, here.lead) == (6, 45)
    listed = client.page("/standards/").get_text(" ", strip=True)
    assert "原标准 12 小时" in listed and "业主大会要求" in listed
    assert queries.standard_for(cast.other_community.id, "CASE-5").amount == 12
    page = client.submit("/standards/CASE-5/withdrawal", {"reason": "试行结束"})
    assert "恢复原标准" in page.get_text() and queries.standard_for(cast.community.id, "CASE-5").amount == 12


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"amount": "6", "reason": " "}, "请写明原因"),
        ({"amount": "", "reason": "要求"}, "请输入"),
        ({"amount": "很快", "reason": "要求"}, "整数"),
        ({"amount": "0", "reason": "要求"}, "之间的整数"),
        ({"amount": "999999", "reason": "要求"}, "之间的整数"),
        ({"amount": "6", "lead": "0", "reason": "要求"}, "分钟"),
    ],
)
def test_what_makes_no_sense_is_sent_back(signed_in: SignedIn, data: dict[str, str], said: str) -> None:
    page = signed_in("manager").submit("/standards/CASE-5/override", data, status=422)
    errors = " ".join(tag.get_text(strip=True) for tag in page.select(".error"))
    assert said in errors
    kept = page.select_one("#amount")
    assert kept and kept.get("value", "") == data["amount"]
    assert db.session.scalar(sa.select(sa.func.count(StandardOverride.id))) == 0


def test_nothing_to_withdraw(signed_in: SignedIn) -> None:
    assert signed_in("manager").send("/standards/CASE-5/withdrawal", {"reason": "试行结束"}).status_code == 409


def test_withdrawing_needs_a_reason(signed_in: SignedIn, cast: Cast, clerk: Actor) -> None:
    operations.set_standard(cast.community.id, "CASE-5", 6, "业主大会要求", clerk)
    page = signed_in("manager").submit("/standards/CASE-5/withdrawal", {"reason": ""}, status=422)
    assert "请写明原因" in page.get_text() and queries.standard_for(cast.community.id, "CASE-5").amount == 6


@pytest.mark.parametrize("who", ["receptionist", "technician", "guard"])
def test_only_managers_set(signed_in: SignedIn, who: str) -> None:
    """COM-11: everyone on the staff reads the standards, few change them."""
    client = signed_in(who)
    assert not client.page("/standards/CASE-5").select('form[action*="override"]')
    assert not client.page("/standards/calendar").select('form[action*="days"]')
    assert client.send("/standards/CASE-5/override", {"amount": "6", "reason": "要求"}).status_code == 403
    assert client.send("/standards/calendar/days", {"day": "2026-10-10"}).status_code == 403
    assert db.session.scalar(sa.select(sa.func.count(StandardOverride.id))) == 0


def test_an_unknown_standard(signed_in: SignedIn) -> None:
    client = signed_in("manager")
    assert client.get("/standards/CASE-99").status_code == 404
    assert client.send("/standards/CASE-99/override", {"amount": "6", "reason": "要求"}).status_code == 404


def test_a_standards_own_page_shows_breaks_first(
    signed_in: SignedIn, promised: Promised, moved: time_machine.Traveller, clerk: Actor
) -> None:
    """CASE-2: the promises made by it: broken, kept, running, paused apart, and the broken ones by name."""
    kept, replaced, _open = promised(), promised(path="/cases/7", label="B-007 厨房漏水"), promised("CASE-6")
    operations.keep(kept, clerk)
    moved.shift(13 * HOUR)
    operations.renew(replaced, clock.now() + HOUR, "配件未到", clerk)
    page = signed_in("manager").page("/standards/CASE-5?days=90")
    numbers = [tag.get_text(strip=True) for tag in page.select(".figures dt + dd")]
    assert numbers == ["1", "1", "1", "0"]
    row = page.select_one("tr.broken")
    assert row and row.select_one('a[href="/cases/7"]') and "改约：配件未到" in row.get_text()
    assert "002 1.5" in page.get_text() and "CASE-5" in page.get_text()


def test_what_residents_read(client: Client, cast: Cast, clerk: Actor, seeded: None) -> None:
    """COM-11: public, without signing in, in both languages, only what concerns residents, the number in force."""
    operations.set_standard(cast.community.id, "CASE-5", 6, "内部考核用", clerk)
    page = client.page("/standards/public/cuihu")
    text = page.get_text(" ", strip=True)
    for row in STANDARDS.values():
        assert (row.wording in text) == (row.wording_en in text) == row.for_residents, row.key
    assert "6 小时" in text and "6 hours" in text and "原标准 12 小时" in text
    assert "内部考核用" not in text and "2027 年的调休尚未公布" in text
    assert "0755-8888 1234" in text and "400-820-0001" in text and "翠湖花园" in text
    assert client.get("/standards/public/nowhere").status_code == 404


def test_the_public_page_in_english(client: Client, cast: Cast) -> None:
    client.send("/language", {"language": "en"})
    page = client.page("/standards/public/cuihu")
    first = page.select_one("article h3")
    assert first and first.get_text(strip=True).startswith("Next word")


def test_the_calendar_of_a_month(signed_in: SignedIn, cast: Cast, seeded: None) -> None:
    """CASE-6: holidays and make-up workdays by name; a day is a link, so no mouse is needed."""
    page = signed_in("manager").page("/standards/calendar?month=2026-10")
    links = {str(tag["aria-label"]): str(tag["href"]) for tag in page.select("table.month a")}
    assert "2026-10-01 放假 国庆节" in links and "2026-10-10 上班 国庆节调休" in links and "2026-10-17 放假" in links
    assert len(page.select("table.month td")) == 35
    page = signed_in("manager").page(links["2026-10-10 上班 国庆节调休"])
    day, name = page.select_one("#day"), page.select_one("#name")
    assert day and day["value"] == "2026-10-10" and name and name["value"] == "国庆节调休"
    assert page.select_one("input[name=kind][value=workday][checked]")


def test_past_the_published_days_the_page_says_so(signed_in: SignedIn, cast: Cast, seeded: None) -> None:
    """CASE-6: 2027 is counted by weekdays, and the page does not hide it."""
    page = signed_in("guard").page("/standards/calendar?month=2027-02")
    note = page.select_one(".note.soon")
    assert note and "2027 年的调休尚未公布，按周一至周五计算" in note.get_text()
    assert not signed_in("guard").page("/standards/calendar?month=2026-02").select(".note.soon")


@pytest.mark.parametrize("query", ["month=2026-13", "month=x", "month=0001-01", "day=2026-02-30", "day=9999-01-01", ""])
def test_odd_months_show_this_one(signed_in: SignedIn, cast: Cast, moved: Any, query: str) -> None:
    page = signed_in("manager").page(f"/standards/calendar?{query}")
    caption = page.select_one("table.month caption")
    assert caption and caption.get_text(strip=True) == "2026 年 3 月"


def test_setting_a_day(signed_in: SignedIn, cast: Cast, promised: Promised) -> None:
    """CASE-6: later promises count by it, one made before keeps the customer's time; who and why are on the page."""
    before = promised("REP-2")
    due = before.due_at
    page = signed_in("manager").submit(
        "/standards/calendar/days",
        {"day": "2026-03-04", "kind": "holiday", "name": "全区检修", "reason": "供电局停电"},
    )
    text = page.get_text(" ", strip=True)
    assert "全区检修" in text and "供电局停电" in text and "周敏" in text and "已经告诉客户的时间不变" in text
    assert before.due_at == due
    assert promised("REP-2").due_at == due + timedelta(days=1)


@pytest.mark.parametrize(
    "data",
    [
        {"day": "2026-02-30", "kind": "holiday", "name": "检修", "reason": "停电"},
        {"day": "1066-10-14", "kind": "holiday", "name": "检修", "reason": "停电"},
        {"day": "2026-03-04", "kind": "holiday", "name": "检修", "reason": ""},
        {"day": "2026-03-04", "kind": "half", "name": "检修", "reason": "停电"},
        {"day": "2026-03-04", "kind": "holiday", "name": " ", "reason": "停电"},
        {},
    ],
)
def test_a_day_that_makes_no_sense(signed_in: SignedIn, cast: Cast, data: dict[str, str]) -> None:
    page = signed_in("manager").submit("/standards/calendar/days", data, status=422)
    assert page.select(".error")
    assert db.session.scalar(sa.select(sa.func.count(CalendarDay.id))) == 0


def test_changed_clocks_of_a_day(
    signed_in: SignedIn, promised: Promised, moved: time_machine.Traveller, clerk: Actor, cast: Cast
) -> None:
    """CASE-15: who changed which clock, when and why; by day; the other estate sees nothing of it."""
    made = promised(label="B-007 厨房漏水", path="/cases/7")
    operations.pause(made, "等业主开门", clerk)
    operations.hand_over(made, cast["technician"].id, clerk, "换班")
    moved.shift(30 * HOUR)
    operations.resume(made, clerk)
    text = signed_in("receptionist").page("/promises/changes").get_text(" ", strip=True)
    assert "恢复计时" in text and "等业主开门" not in text
    page = signed_in("receptionist").page(f"/promises/changes?day={START:%Y-%m-%d}")
    rows = [row.get_text(" ", strip=True) for row in page.select("tbody tr")]
    assert len(rows) == 3 and "换负责人" in rows[0] and "林晓 何师傅" in rows[0]
    assert "等业主开门" in rows[1] and "暂停计时" in rows[1] and "作出承诺" in rows[2]
    assert page.select_one('a[href="/cases/7"]')
    assert "这一天没有变更" in signed_in("outsider").page(f"/promises/changes?day={START:%Y-%m-%d}").get_text()
    assert signed_in("guard").get("/promises/changes").status_code == 403


def test_lists_take_a_constant_number_of_queries(
    signed_in: SignedIn, promised: Promised, cast: Cast, clerk: Actor, count_queries: Callable[..., Any]
) -> None:
    """Issue 2: a list of forty asks no more than a list of one."""

    def asked(url: str) -> int:
        client = signed_in("manager")
        with count_queries() as seen:
            client.page(url)
        return len(seen)

    urls = ("/standards/", "/standards/CASE-5", "/standards/public/cuihu", "/promises/changes", "/standards/calendar")
    promised()
    operations.set_standard(cast.community.id, "CASE-5", 8, "要求", clerk)
    one = [asked(url) for url in urls]
    for key in ("CASE-5", "CASE-6", "REP-2") * 12:
        promised(key)
        operations.set_standard(cast.community.id, key, 3, "要求", clerk)
    assert [asked(url) for url in urls] == one


def test_english_staff_read_english(signed_in: SignedIn, cast: Cast) -> None:
    client = signed_in("manager")
    client.send("/language", {"language": "en"})
    text = client.page("/standards/").get_text(" ", strip=True)
    assert STANDARDS["CASE-6"].wording_en in text and "2 working days" in text and "twice a year" in text
