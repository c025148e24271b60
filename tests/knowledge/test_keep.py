from datetime import timedelta
from typing import Any

import pytest
from time_machine import TimeMachineFixture

from portal import clock, timeline
from portal.db import db
from portal.knowledge.models import Answer

Answers = dict[str, Answer]
NEW = {
    "category": "phones",
    "question": "水务集团电话？",
    "text": "968866，24 小时。",
    "keywords": "停水 自来水",
    "question_en": "",
    "text_en": "",
}


def test_staff_add_an_answer_and_the_kiosk_has_it(answers: Answers, signed_in: Any, kiosk: Any) -> None:
    """PROC-8: maintained by staff."""
    signed_in("receptionist").submit("/knowledge/new", NEW)
    assert "水务集团电话？" in kiosk.page("/kiosk/answers/phones").text


def test_a_change_keeps_the_old_wording(answers: Answers, signed_in: Any) -> None:
    """PROC-8, CASE-15"""
    row = answers["停车费多少？"]
    values = {
        "category": "prices",
        "question": row.question,
        "keywords": row.keywords,
        "question_en": "",
        "text_en": "",
    }
    page = signed_in("manager").submit(f"/knowledge/{row.id}/edit", {**values, "text": "月卡 320 元。"})
    assert "月卡 320 元。" in page.text and "月卡 300 元，临停每小时 5 元。" in page.select_one("tbody").text
    assert [entry.verb for entry in timeline.history(row)] == ["added", "changed_text"]


def test_last_checked_on(answers: Answers, signed_in: Any, time_machine: TimeMachineFixture) -> None:
    """PROC-8: an answer that nobody has made sure of for three months says so, until somebody does."""
    row = answers["停车费多少？"]
    later = clock.now() + timedelta(days=91)
    time_machine.move_to(later, tick=False)
    desk = signed_in("receptionist")
    assert "该核对了" in desk.page(f"/knowledge/{row.id}").text
    assert "该核对了" not in desk.submit(f"/knowledge/{row.id}/check").text
    assert db.session.get(Answer, row.id).checked_on == clock.local(later).date()


def test_what_is_missing_is_said_beside_the_field(answers: Answers, signed_in: Any) -> None:
    page = signed_in("receptionist").submit("/knowledge/new", {**NEW, "text": "  "}, status=422)
    assert "请写出核实过的回答。" in page.select_one("#text-error").text
    assert page.select_one("#question")["value"] == NEW["question"]


def test_a_retired_answer_comes_back(answers: Answers, signed_in: Any) -> None:
    row, desk = answers["停车费多少？"], signed_in("receptionist")
    desk.submit(f"/knowledge/{row.id}/retirement", {"reason": ""}, status=422)
    desk.submit(f"/knowledge/{row.id}/retirement", {"reason": "重复"})
    assert "这一条已停用" in desk.page(f"/knowledge/{row.id}").text
    desk.submit(f"/knowledge/{row.id}/restoration")
    assert db.session.get(Answer, row.id).retired_at is None


@pytest.mark.parametrize(("who", "status"), [("technician", 403), ("finance", 403), ("outsider", 404)])
def test_who_may_not_change_it(answers: Answers, signed_in: Any, who: str, status: int) -> None:
    row = answers["停车费多少？"]
    assert signed_in(who).send(f"/knowledge/{row.id}/check").status_code == status
    assert timeline.history(row)[-1].verb == "added"


def test_the_list_by_category_and_by_words(answers: Answers, signed_in: Any) -> None:
    desk = signed_in("technician")
    assert len(desk.page("/knowledge/?category=prices").select("tbody tr")) == 3
    found = desk.page("/knowledge/?q=停车", headers={"HX-Request": "true"})
    assert found.select_one("#answers a").text == "停车费多少？" and not found.html
    assert "没有查到“海洋馆”" in desk.page("/knowledge/?q=海洋馆").text
