"""The receipt behind a link, and the public page: what the customer sees and does."""

import re
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from portal.cases import operations as ops
from portal.cases.models import Case
from portal.cases.queries import customer_view
from portal.cases.stages import Channel, How, Stage
from portal.db import db
from portal.people import links
from tests.cases.office import Office, verbs
from tests.cases.test_photos import photo
from tests.client import Client


def url(case: Case, then: str = "") -> str:
    token = ops.new_receipt(case)
    db.session.commit()
    return f"/r/{token}{then}"


def test_the_receipt_shows_the_way_and_the_promise_but_no_secrets(office: Office, client: Client) -> None:
    case = office.at(Stage.ASSIGNED)
    ops.note(case, "这位客户脾气大", office.desk)
    ops.word(case, "师傅下午到", How.TELEPHONE, office.desk)
    answer = client.get(url(case))
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    for shown in ("B-0001", "已安排人办理", "师傅下午到", "24 小时电话"):
        assert shown in answer.text
    for hidden in ("脾气大", "13800135678", "王建国", "何师傅"):
        assert hidden not in answer.text


def test_looking_confirms_nothing_and_pressing_twice_confirms_once(office: Office, client: Client) -> None:
    """CASE-1: GET asks, only a POST records; pressed twice it is one confirmation."""
    case = office.at(Stage.DONE)
    here = url(case)
    page = client.page(here)
    assert case.confirmation is None
    action = page.select_one("form[action$='/confirmation']")["action"]
    for _ in range(2):
        page = client.submit(action)
    assert "确认解决了" in page.text
    assert [(row.how, row.recorded_by_id) for row in case.confirmations] == [(How.LINK, None)]
    assert verbs(case).count("confirmed") == 1


def test_not_solved_it_is_returned_with_a_reason(office: Office, client: Client) -> None:
    """CASE-1: returned with a reason, and a new time is told at once."""
    case = office.at(Stage.DONE)
    here = url(case)
    page = client.submit(f"{here}/return", {"reason": ""}, 422)
    assert "请写一句原因" in page.text
    page = client.submit(f"{here}/return", {"reason": "还在滴水"})
    assert case.stage == Stage.ASSIGNED
    assert case.returns[0].how == How.LINK
    assert page.select_one(".chip[data-due]")


def test_the_plan_is_agreed_to_or_declined_by_link(office: Office, client: Client) -> None:
    """REP-3: the owner's agreement on record, by link."""
    case = office.at(Stage.PLANNED)
    here = url(case)
    assert "更换角阀" in client.page(here).text
    client.submit(f"{here}/refusal", {"reason": ""}, 422)
    client.submit(f"{here}/refusal", {"reason": "太贵"})
    assert case.stage == Stage.ASSIGNED
    office.plan(case)
    client.submit(f"{here}/agreement")
    assert case.stage == Stage.AGREED
    assert case.plan
    assert (case.plan.decided_how, case.plan.recorded_by_id) == (How.LINK, None)
    client.submit(f"{here}/agreement", status=422)


def test_a_word_an_address_and_a_withdrawal_by_link(office: Office, client: Client) -> None:
    case = office.at(Stage.ASSIGNED)
    here = url(case)
    client.submit(f"{here}/words", {"text": "门铃坏了，请敲门"})
    assert case.words[-1].text == "门铃坏了，请敲门"
    client.submit(f"{here}/subscription", {"email": "no address"}, 422)
    client.submit(f"{here}/subscription", {"email": "son@example.com"})
    assert [one.email for one in case.subscribers] == ["wang@example.test", "son@example.com"]
    client.submit(f"{here}/withdrawal", {"reason": "自己修好了"})
    assert case.stage == Stage.WITHDRAWN
    client.submit(f"{here}/words", {"text": "还想说"}, 200)


def test_what_is_not_asked_cannot_be_pressed(office: Office, client: Client) -> None:
    here = url(office.receive().case)
    page = client.page(here)
    assert not page.select("form[action$='/confirmation'], form[action$='/return'], form[action$='/agreement']")
    for then in ("confirmation", "agreement"):
        page = client.submit(f"{here}/{then}", status=422)
        assert "现在不能办" in page.text
    client.submit(f"{here}/return", {"reason": "急"}, 422)


def test_a_link_for_another_purpose_or_an_ended_one_opens_nothing(office: Office, client: Client) -> None:
    case = office.receive().case
    other = links.make("pass", case, timedelta(days=1))
    ended = ops.new_receipt(case)
    links.end_all("receipt", case)
    db.session.commit()
    assert client.get(f"/r/{other}").status_code == 404
    assert client.get(f"/r/{ended}").status_code == 410
    assert client.get("/r/nonsense").status_code == 404
    assert client.send("/r/nonsense/confirmation").status_code == 404


def test_a_merged_case_s_caller_confirms_the_main(office: Office, client: Client) -> None:
    main = office.receive("complaint").case
    double = office.receive("complaint", caller=ops.Caller("李先生", None, "li@example.test"), title="也很吵").case
    ops.merge(double, main, office.desk)
    ops.finish(main, "已约谈楼上", office.worker)
    here = url(double)
    page = client.page(here)
    assert "也很吵" in page.text
    assert main.number in page.text
    client.submit(f"{here}/confirmation")
    assert main.confirmation
    assert main.confirmation.how == How.LINK
    client.submit(f"{here}/return", {"reason": "又吵"})
    assert main.stage == Stage.ASSIGNED


@pytest.mark.parametrize("stage", list(Stage))
def test_the_view_at_every_stage(office: Office, client: Client, stage: Stage) -> None:
    kind = "enquiry" if stage == Stage.CHECKING else "repair"
    case = office.at(stage, kind)
    view = customer_view(case)
    assert view.caller == "王**"
    assert view.phone == "138****5678"
    assert sum(step.now for step in view.steps) == 1
    assert view.may_confirm is (stage == Stage.DONE)
    assert view.may_agree is (stage == Stage.PLANNED)
    client.page(url(case))


REPORT = {"kind": "repair", "title": "路灯不亮", "place": "3 栋门口", "caller_name": "李先生", "phone": "13600001111"}


def test_the_public_page_takes_a_case_and_answers_with_a_receipt(office: Office, client: Client) -> None:
    """CASE-10: online is a channel; the customer hears by when."""
    page = client.submit("/report/cuihu", {**REPORT, "photos": (photo(), "light.jpg")})
    case = db.session.scalars(sa.select(Case)).one()
    assert (case.channel, case.first_owner_id) == (Channel.ONLINE, None)
    assert len(case.photos) == 1
    assert "路灯不亮" in page.h1.text
    assert page.select_one(".chip[data-due]")
    code = re.search(r"\d{4} \d{4}", page.select_one(".flashes").text)
    assert code
    assert case.code_hash == ops.code_hash(code[0].replace(" ", ""))


def test_the_public_page_refuses_what_it_cannot_answer(office: Office, client: Client) -> None:
    page = client.submit("/report/cuihu", {"kind": "repair", "title": "路灯", "unit": "99-1"}, 422)
    for word in ("怎么称呼您", "电话或邮箱", "没有找到这个房号"):
        assert word in page.select_one(".summary").text
    assert page.select_one("[name=title]")["value"] == "路灯"
    assert client.get("/report/nowhere").status_code == 404


def test_the_public_page_is_not_for_machines(office: Office, client: Client) -> None:
    """The public page is rate-limited."""
    answers = [client.send("/report/cuihu", REPORT).status_code for _ in range(11)]
    assert answers == [303] * 10 + [429]
    assert db.session.scalar(sa.select(sa.func.count(Case.id))) == 10


def test_a_customer_without_address_is_told_to_expect_a_call(office: Office, signed_in: Any) -> None:
    case = office.receive(caller=ops.Caller("赵先生", "13700001111")).case
    assert "没有留邮箱" in signed_in("receptionist").page(f"/cases/{case.id}").text
