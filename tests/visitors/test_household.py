"""A household expects visitors through its link, and sees who looked at their records."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from portal import clock
from portal.db import db
from portal.outbox.models import MessageText
from portal.people import links
from portal.visitors.models import Visit
from portal.visitors.routes.household import HOUSEHOLD
from tests import factories
from tests.cast import Cast
from tests.client import Client


@pytest.fixture
def home(cast: Cast) -> str:
    """The address of the household's page."""
    token = links.make(HOUSEHOLD, cast.household, timedelta(days=90))
    db.session.commit()
    return f"/h/{token}"


def form(**changed: str) -> dict[str, str]:
    tomorrow = clock.local(clock.now()).date() + timedelta(days=1)
    return {
        "key": "k" * 32,
        "kind": "guest",
        "name": "李华",
        "phone": "13912345678",
        "day": tomorrow.isoformat(),
        "from_time": "10:00",
        "to_time": "18:00",
        "days": "1",
        "entries": "1",
        "people": "2",
        "plate": "粤b12345",
        **changed,
    }


def test_booking_gives_a_pass_to_forward(client: Client, home: str, cast: Cast) -> None:
    """VIS-1: the household pre-registers; the pass has QR, number and window."""
    page = client.submit(f"{home}/new", form())
    visit = db.session.scalars(sa.select(Visit)).one()
    assert (visit.state, visit.name, visit.people, visit.plate) == ("expected", "李华", 2, "粤B12345")
    assert clock.local(visit.starts_at or clock.now()).hour == 10
    assert page.select_one("svg.qr")
    assert page.select_one("[data-copy]")["data-copy"].startswith("http://localhost/v/")
    listed = client.page(home).get_text(" ", strip=True)
    assert "李华" in listed
    assert "已预约" in listed


def test_form_sent_twice_is_one_visit(client: Client, home: str) -> None:
    client.submit(f"{home}/new", form())
    client.submit(f"{home}/new", form())
    client.submit(f"{home}/new", form(key="m" * 32))
    assert db.session.query(Visit).count() == 2


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"name": ""}, "请填写访客的称呼"),
        ({"phone": "123"}, "这个号码不对"),
        ({"to_time": "09:00"}, "离开时间要晚于最早时间"),
        ({"day": "2020-01-01"}, "请选今天到 60 天内的日期"),
        ({"plate": "!!"}, "车牌不对"),
        ({"days": "40"}, "请填 1 到 31"),
        ({"kind": "courier"}, ""),
        ({"people": "0"}, "人数在 1 到 50"),
        ({"key": "x"}, "这一页放得太久了"),
    ],
)
def test_wrong_input_is_told_and_kept(client: Client, home: str, wrong: dict[str, str], says: str) -> None:
    page = client.submit(f"{home}/new", form(**wrong), 422)
    assert says in page.get_text()
    if "name" not in wrong:
        assert page.select_one("#name")["value"] == "李华"
    assert db.session.query(Visit).count() == 0


def test_pass_for_several_days(client: Client, home: str) -> None:
    client.submit(f"{home}/new", form(kind="worker", days="5", entries="many"))
    visit = db.session.scalars(sa.select(Visit)).one()
    assert visit.entries_allowed > 1
    assert visit.starts_at and visit.ends_at
    assert (visit.ends_at - visit.starts_at) == timedelta(days=4, hours=8)


def test_cancel(client: Client, home: str, kiosk: Client) -> None:
    client.submit(f"{home}/new", form())
    visit = db.session.scalars(sa.select(Visit)).one()
    client.submit(f"{home}/visits/{visit.id}/cancellation")
    assert visit.state == "cancelled"
    client.submit(f"{home}/visits/{visit.id}/cancellation")
    assert visit.state == "cancelled"


def test_pass_again_to_forward(client: Client, home: str) -> None:
    client.submit(f"{home}/new", form())
    visit = db.session.scalars(sa.select(Visit)).one()
    assert client.submit(f"{home}/visits/{visit.id}/pass").select_one("svg.qr")


def test_another_households_visit_is_not_there(client: Client, home: str, guest: Callable[..., Visit]) -> None:
    visit = guest(household_id=None)
    for act in ("pass", "cancellation"):
        assert client.send(f"{home}/visits/{visit.id}/{act}").status_code == 404
    assert visit.state == "waiting"


def test_who_looked(client: Client, home: str, guest: Callable[..., Visit], signed_in: Any) -> None:
    """Trust: a resident can see who looked at their visitors' records, when and why; others' not."""
    visit, elsewhere = guest(phone="13912345678"), guest(phone="13900000000", household_id=None)
    assert "没有人看过" in client.page(home).get_text()
    guard = signed_in("guard")
    guard.submit(f"/visitors/{visit.id}/reveal", {"what": "phone", "reason": "车挡住了通道"})
    guard.submit(f"/visitors/{elsewhere.id}/reveal", {"what": "phone", "reason": "别家的事"})
    page = client.page(home).get_text(" ", strip=True)
    assert "赵岗 看了访客手机号码" in page
    assert "车挡住了通道" in page
    assert "别家的事" not in page


def test_link_ends_with_the_household(client: Client, home: str, cast: Cast) -> None:
    cast.household.ended_on = clock.local(clock.now()).date()
    assert client.get(home).status_code == 410


def test_staff_mail_the_link(signed_in: Any, cast: Cast, client: Client) -> None:
    page = signed_in("receptionist").page(f"/visitors/households/{cast.household.id}/link")
    key = page.select_one("#key")["value"]
    data = {"key": key, "way": "mail", "lasts": "90", "reason": "业主来前台申请"}
    page = signed_in("receptionist").submit(f"/visitors/households/{cast.household.id}/link", data)
    assert "1 个邮箱" in page.get_text()
    assert "/h/" not in page.get_text()
    found = re.search(r"/h/\S+", db.session.scalars(sa.select(MessageText)).one().text)
    assert found
    assert "3 栋 1204" in client.page(found[0]).get_text()


def test_staff_show_the_link_and_the_earlier_one_ends(signed_in: Any, cast: Cast, client: Client, home: str) -> None:
    data = {"key": "k" * 32, "way": "show", "lasts": "30", "reason": "业主在前台"}
    page = signed_in("manager").submit(f"/visitors/households/{cast.household.id}/link", data)
    assert page.select_one("svg.qr")
    assert client.get(home).status_code == 410


def test_no_mail_address_no_mail(signed_in: Any, cast: Cast) -> None:
    empty = factories.household(cast.neighbour)
    page = signed_in("manager").page(f"/visitors/households/{empty.id}/link")
    assert page.select_one("[name=way][checked]")["value"] == "show"
    data = {"key": "k" * 32, "way": "mail", "lasts": "30", "reason": "来电"}
    page = signed_in("manager").submit(f"/visitors/households/{empty.id}/link", data, 422)
    assert "没有登记邮箱" in page.get_text()


def test_guard_makes_no_household_link(signed_in: Any, cast: Cast) -> None:
    assert signed_in("guard").get(f"/visitors/households/{cast.household.id}/link").status_code == 403
    assert signed_in("outsider").get(f"/visitors/households/{cast.household.id}/link").status_code == 404


def test_privacy_notice_is_public(client: Client, cast: Cast) -> None:
    """PIPL art. 17: who, why, which fields, how long, what rights."""
    text = client.page("/visit-privacy/cuihu").get_text()
    for part in ("谁在登记", "为什么登记", "登记什么", "谁能看到", "30 天", "您的权利"):
        assert part in text
    assert client.get("/visit-privacy/nowhere").status_code == 404
