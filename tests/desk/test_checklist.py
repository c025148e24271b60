from datetime import timedelta
from typing import Any

import pytest
from time_machine import TimeMachineFixture

from portal import clock, timeline
from portal.db import db
from portal.desk import checklist, queries
from portal.desk.models import ChecklistItem, ChecklistTick
from portal.timeline import SYSTEM
from tests.cast import Cast


@pytest.fixture
def items(cast: Cast) -> list[ChecklistItem]:
    """The manual's checklist, made yesterday."""
    checklist.start(cast.community, SYSTEM)
    db.session.flush()
    rows = queries.items_in_use(cast.community.id)
    for row in rows:
        row.made_at -= timedelta(days=20)
    db.session.commit()
    return rows


def local(text: str) -> Any:
    from datetime import datetime

    return datetime.fromisoformat(text).replace(tzinfo=clock.CHINA)


def test_the_manuals_checklist_has_its_three_groups(items: list[ChecklistItem], signed_in: Any) -> None:
    """CASE-16: environment, people, materials, as 004 二(一) names them."""
    page = signed_in("receptionist").page("/desk/checklist")
    assert [heading.text for heading in page.select("#today h2")] == ["环境", "人员", "物料"]
    assert len(page.select("#today [role=checkbox]")) == len(items) == 9


def test_who_ticked_what_and_when(
    items: list[ChecklistItem], signed_in: Any, cast: Cast, time_machine: TimeMachineFixture
) -> None:
    """CASE-16: each tick keeps the person and the minute."""
    time_machine.move_to(local("2026-11-23T07:41"), tick=False)
    page = signed_in("receptionist").submit(f"/desk/checklist/{items[0].id}/tick")
    assert "林晓 07:41" in page.select_one(f"#item-{items[0].id}").text
    tick = db.session.query(ChecklistTick).one()
    assert (tick.item_id, tick.ticked_by_id) == (items[0].id, cast["receptionist"].id)


def test_ticking_twice_is_ticking_once(items: list[ChecklistItem], signed_in: Any, cast: Cast) -> None:
    signed_in("receptionist").submit(f"/desk/checklist/{items[0].id}/tick")
    signed_in("manager").submit(f"/desk/checklist/{items[0].id}/tick")
    assert db.session.query(ChecklistTick).one().ticked_by_id == cast["receptionist"].id


def test_what_was_unticked_stays_in_the_history(items: list[ChecklistItem], signed_in: Any) -> None:
    """CASE-15: history is only added to."""
    client = signed_in("receptionist")
    client.submit(f"/desk/checklist/{items[0].id}/tick")
    client.submit(f"/desk/checklist/{items[0].id}/untick")
    assert db.session.query(ChecklistTick).count() == 0
    assert [entry.verb for entry in timeline.history(items[0])] == ["added", "ticked", "unticked"]


@pytest.mark.parametrize(
    ("time", "ticked", "words"),
    [
        ("07:30", 8, "08:00 开门，还有 1 项要准备"),
        ("08:30", 8, "已经开门，还有 1 项没有准备好"),
        ("07:30", 9, "今天 07:30 已准备好"),
        ("08:30", 9, "开门后才完成"),
    ],
)
def test_whether_today_is_ready_before_opening(
    items: list[ChecklistItem],
    signed_in: Any,
    cast: Cast,
    time_machine: TimeMachineFixture,
    time: str,
    ticked: int,
    words: str,
) -> None:
    """CASE-16: complete before the desk opens, or said plainly that it is not."""
    time_machine.move_to(local(f"2026-11-23T{time}"), tick=False)
    for item in items[:ticked]:
        checklist.tick(item, cast["receptionist"])
    assert words in signed_in("manager").page("/desk/checklist").select_one("#today").text


def test_an_item_retired_today_still_counts_for_yesterday(items: list[ChecklistItem], cast: Cast) -> None:
    checklist.retire(items[0], SYSTEM)
    db.session.commit()
    today, yesterday = queries.recent_days(cast.community, checklist.today(), 2)
    assert (len(today.items), len(yesterday.items)) == (8, 9)


def test_managers_edit_the_items_receptionists_do_not(items: list[ChecklistItem], signed_in: Any) -> None:
    manager = signed_in("manager")
    manager.submit("/desk/checklist/items", {"group": "materials", "text": "雨伞架已摆好"})
    manager.submit(f"/desk/checklist/items/{items[0].id}/wording", {"text": "前台干净整洁"})
    manager.submit(f"/desk/checklist/items/{items[1].id}/retirement")
    page = signed_in("receptionist").page("/desk/checklist")
    shown = [node.text.strip() for node in page.select("#today [role=checkbox]")]
    assert "雨伞架已摆好" in shown and "前台干净整洁" in shown and "物品摆放有序" not in shown
    signed_in("receptionist").page("/desk/checklist/items", status=403)


def test_an_empty_item_is_refused(items: list[ChecklistItem], signed_in: Any) -> None:
    page = signed_in("manager").submit("/desk/checklist/items", {"group": "people", "text": " "}, status=422)
    assert "请写要检查什么。" in page.text
    assert db.session.query(ChecklistItem).count() == 9


def test_another_estates_item_is_not_found(items: list[ChecklistItem], signed_in: Any) -> None:
    assert signed_in("outsider").send(f"/desk/checklist/{items[0].id}/tick").status_code == 404
    assert db.session.query(ChecklistTick).count() == 0


def test_an_estate_without_a_list_starts_with_the_manuals(cast: Cast, signed_in: Any) -> None:
    client = signed_in("receptionist")
    assert "还没有清单" in client.page("/desk/checklist").text
    client.submit("/desk/checklist/start")
    client.submit("/desk/checklist/start")
    assert db.session.query(ChecklistItem).count() == 9
