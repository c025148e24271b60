"""Complaint, suggestion, enquiry."""

from datetime import timedelta
from typing import Any

import pytest

from portal.db import db
from portal.knowledge.models import Answer
from portal.standards.queries import open_promises
from tests.cast import Cast
from tests.kiosk.talk import code_on, only_case, report, say
from tests.knowledge.conftest import answers as answers

NOISE = ({"what": "noise"}, {"words": "楼上，晚上"}, {"where": "home"}, {"room": "3栋0802"})


def test_a_complaint(cast: Cast, kiosk: Any) -> None:
    """CASE-10, CASE-6: received at the kiosk, feedback promised within two working days."""
    page = report(kiosk, "complaint", *NOISE, {"contact": "yes"}, {"phone": "13900139000"}, {"name": "陈"})
    case = only_case()
    assert (case.kind, case.channel, case.title, case.unit_id) == ("complaint", "kiosk", "噪音扰民", cast.neighbour.id)
    assert "前给您答复" in page.text and "投诉反馈" in page.text


@pytest.mark.parametrize("kind", ["complaint", "suggestion"])
def test_anonymous(cast: Cast, kiosk: Any, kind: str) -> None:
    """CASE-10: without a name; then the code alone leads to the answer."""
    first = {"what": "other"}, {"words": "路灯太暗，希望改善"}
    where = ({"where": "none"},) if kind == "complaint" else ()
    page = report(kiosk, kind, *first, *where, {"contact": "no"})
    case = only_case()
    assert (case.caller_name, case.caller_phone, case.person_id, case.subscribers) == ("匿名", None, None, [])
    assert "凭回执码可以查到" in page.text and len(code_on(page)) == 8


def test_a_number_that_was_taken_back_is_not_kept(cast: Cast, kiosk: Any) -> None:
    say(kiosk, "complaint", *NOISE, {"contact": "yes"}, {"phone": "13900139000"}, {"name": "陈"})
    kiosk.submit("/kiosk/complaint/contact", {"contact": "no"})
    kiosk.submit("/kiosk/complaint/check")
    assert (only_case().caller_phone, only_case().caller_name) == (None, "匿名")


def test_a_suggestion_needs_words(cast: Cast, kiosk: Any) -> None:
    say(kiosk, "suggestion", {"what": "facilities"})
    kiosk.submit("/kiosk/suggestion/words", {"words": ""}, status=422)


def test_answers_come_first(answers: dict[str, Answer], kiosk: Any) -> None:
    """PROC-8: what is known is told at the kiosk, by category and by words."""
    home = kiosk.page("/kiosk/answers")
    assert "收费标准" in home.select_one("nav.choices").text and "小区概况" not in home.select_one("nav.choices").text
    assert "停车费多少？" in kiosk.page("/kiosk/answers/prices").text
    found = kiosk.submit("/kiosk/answers", {"q": "装修押金"})
    link = found.select_one("nav a.choice")
    assert link.text.strip() == "装修押金多少？"
    assert "验收合格后 7 个工作日退还" in kiosk.page(link["href"]).text


def test_what_is_not_known_becomes_an_enquiry(answers: dict[str, Answer], kiosk: Any) -> None:
    """CASE-11: take contact details, promise to check, answer within twelve hours; never guess."""
    found = kiosk.submit("/kiosk/answers", {"q": "海洋馆门票"})
    assert "还没有现成的答案" in found.text
    question = kiosk.page(found.select_one(".bar a")["href"], follow_redirects=True)
    assert question.select_one("#words").text.strip() == "海洋馆门票"
    page = report(kiosk, "enquiry", {"words": "海洋馆门票能代订吗"}, {"phone": "13900139000"}, {"name": ""})
    case = only_case()
    promise = next(one for one in open_promises(case) if one.clock == "word")
    assert (case.stage, promise.standard_key) == ("checking", "CASE-11")
    assert promise.due_at - case.received_at <= timedelta(hours=12, seconds=5)
    assert "前给您答复" in page.text and "核实答复" in page.text


def test_an_enquiry_needs_a_number(cast: Cast, kiosk: Any) -> None:
    """CASE-11"""
    say(kiosk, "enquiry", {"words": "几点关门"})
    kiosk.submit("/kiosk/enquiry/phone", {"phone": ""}, status=422)


def test_an_empty_search_is_said(cast: Cast, kiosk: Any) -> None:
    page = kiosk.submit("/kiosk/answers", {"q": "  "}, status=422)
    assert "请写几个字" in page.select_one("#q-error").text


def test_what_was_looked_for_is_forgotten(answers: dict[str, Answer], kiosk: Any) -> None:
    kiosk.submit("/kiosk/answers", {"q": "装修押金"})
    kiosk.get("/kiosk/reset")
    assert kiosk.get("/kiosk/answers/found").location == "/kiosk/answers"


def test_another_estates_answer_is_not_shown(answers: dict[str, Answer], cast: Cast, kiosk: Any) -> None:
    theirs = db.session.query(Answer).filter_by(community_id=cast.other_community.id).one()
    kiosk.page(f"/kiosk/answers/{theirs.id}", status=404)
