"""The pages of staff: a whole life of a case through forms; bad input keeps what was typed; rights."""

from typing import Any

import pytest
import sqlalchemy as sa

from portal.cases import operations as ops
from portal.cases.models import Case
from portal.cases.operations import Caller
from portal.cases.stages import Channel, Clock, How, Stage
from portal.db import db
from portal.timeline import Actor, AuditEntry
from portal.visitors.operations.registering import Told, walk_in
from tests.cases.office import HOUR, Office, clocks, open_on, verbs
from tests.client import Client

NEW = {"kind": "repair", "title": "厨房漏水", "unit": "3栋1204", "caller_name": "陈女士", "phone": "139 1234 0000"}


def the_case() -> Case:
    return db.session.scalars(sa.select(Case)).one()


def act(client: Client, case: Case, what: str, status: int = 200, **data: Any) -> Any:
    return client.submit(f"/cases/{case.id}/{what}", data, status)


def test_a_whole_repair_by_forms(office: Office, signed_in: Any) -> None:
    """CASE-1, REP-2, REP-3, REP-4: from the call to the close, each step by its form."""
    desk, worker = signed_in("receptionist"), signed_in("technician")
    page = desk.submit("/cases/new", {**NEW, "channel": "telephone"})
    assert "B-0001" in page.h1.text
    assert page.select_one(".qr-box svg")
    case = the_case()
    assert (case.caller_phone, case.unit_id) == ("13912340000", office.cast.unit.id)
    assert case.first_owner_id == office.cast["receptionist"].id
    act(desk, case, "assignment", user_id=office.cast["technician"].id, note="带角阀")
    act(worker, case, "words", kind="word", text="下午三点到", how="telephone")
    act(worker, case, "plan", text="更换角阀", cost="80 元", visit_at="2026-03-03T15:00")
    assert case.plans[0].visit_at == (case.received_at + 6 * HOUR)
    act(worker, case, "agreement", decision="agreed", how="telephone", by_name="陈女士")
    act(worker, case, "arrival")
    act(worker, case, "start")
    act(worker, case, "completion", result="换好了", told="in_person")
    page = act(desk, case, "follow-ups", reached="yes", satisfaction="satisfied", note="很好", confirmed="y")
    assert "客户已确认" in page.text
    page = act(desk, case, "closure")
    assert case.stage == Stage.CLOSED
    assert "结案了" in page.select_one(".flashes").text
    act(desk, case, "reopening", reason="又漏")
    assert case.stage == Stage.ASSIGNED


def test_a_plan_agreed_to_on_the_spot(office: Office, signed_in: Any) -> None:
    """REP-3: told and agreed at one visit, both on record."""
    case = office.at(Stage.ASSIGNED)
    act(signed_in("technician"), case, "plan", text="换手柄", agreed="in_person")
    assert case.stage == Stage.AGREED
    assert case.plan
    assert case.plan.decided_how == How.IN_PERSON


@pytest.mark.parametrize(
    ("stage", "what", "data", "typed", "word"),
    [
        (Stage.ASSIGNED, "plan", {"text": "", "cost": "八十元"}, "八十元", "请写出打算怎么修"),
        (Stage.PLANNED, "agreement", {"decision": "declined", "by_name": "王太太"}, "王太太", "为什么不同意"),
        (Stage.PLANNED, "agreement", {"by_name": "王太太"}, "王太太", "同意还是不同意"),
        (Stage.WORKING, "completion", {"result": ""}, "", "请写出做了什么"),
        (Stage.DONE, "follow-ups", {"reached": "yes", "note": "没空多说"}, "没空多说", "满意程度"),
        (Stage.DONE, "returns", {"by_name": "王太太", "reason": " "}, "王太太", "为什么退回"),
        (Stage.RECEIVED, "assignment", {"user_id": "999", "note": "带梯子"}, "带梯子", "请选择一位同事"),
        (Stage.RECEIVED, "hand-over", {"user_id": "x", "reason": "休假"}, "休假", "请选择一位同事"),
        (Stage.RECEIVED, "promised-time", {"due_at": "不是时间", "reason": "改期"}, "改期", "新的时间"),
        (Stage.RECEIVED, "words", {"kind": "word", "text": ""}, "", "请写出内容"),
        (Stage.RECEIVED, "merge", {"number": "B-9999"}, "B-9999", "没有找到单号"),
        (Stage.RECEIVED, "completion", {"result": "跳过去办完"}, "跳过去办完", "现在不能这样办理"),
        (Stage.DONE, "closure", {"reason": "急着结"}, "急着结", "还没有回访"),
    ],
)
def test_what_is_refused_says_why_and_keeps_what_was_typed(
    office: Office, signed_in: Any, stage: Stage, what: str, data: dict[str, str], typed: str, word: str
) -> None:
    case = office.at(stage)
    before = verbs(case)
    page = act(signed_in("manager"), case, what, 422, **data)
    assert word in "".join(part.text for part in page.select(".summary, .refusal"))
    kept = [field.get("value") or field.text.strip() for field in page.select("main input, main textarea")]
    kept += [part.text for part in page.select(".refusal .said")]
    assert not typed or typed in kept
    assert case.stage == stage
    assert verbs(case) == before


def test_a_mistyped_case_keeps_what_was_typed(office: Office, signed_in: Any) -> None:
    bad = {
        "kind": "complaint",
        "title": "",
        "unit": "99-9999",
        "phone": "12",
        "email": "x@",
        "urgent": "y",
        "detail": "说明",
    }
    page = signed_in("receptionist").submit("/cases/new", {**bad, "channel": "forum"}, 422)
    said = page.select_one(".summary").text
    for word in ("一句话", "没有找到这个房号", "电话号码", "邮箱地址", "只有报修", "帖子出现", "怎么称呼"):
        assert word in said, word
    assert page.select_one("[name=detail]").text.strip() == "说明"
    assert page.select_one("[name=unit]")["value"] == "99-9999"
    assert not db.session.scalars(sa.select(Case)).all()


def test_a_door_that_is_not_the_only_one_is_asked_for_exactly(office: Office, signed_in: Any) -> None:
    from tests import factories

    factories.unit(factories.building(office.cast.community, "5"), "1204")
    page = signed_in("receptionist").submit("/cases/new", {**NEW, "unit": "1204"}, 422)
    assert "有几处" in page.select_one(".summary").text


def test_the_household_at_the_door_is_offered(office: Office, signed_in: Any) -> None:
    old = office.receive().case
    client = signed_in("receptionist")
    part = client.page("/cases/household?unit=3-1204")
    assert part.html is None
    assert "王建国" in part.text
    assert "138****5678" in part.text
    assert "13800135678" not in part.text
    assert old.number in part.text
    data = {"kind": "repair", "category": "repair.lock", "unit": "3-1204", "person_id": office.cast.owner.id}
    client.submit("/cases/new", {**data, "channel": "walk_in"})
    case = db.session.scalars(sa.select(Case).order_by(Case.id.desc())).first()
    assert case
    assert (case.title, case.caller_name, case.caller_phone) == ("门锁", "王建国", "13800135678")
    assert (case.category, case.channel) == ("lock", Channel.WALK_IN)


def test_a_phrase_of_another_kind_is_no_title(office: Office, signed_in: Any) -> None:
    data = {"kind": "complaint", "category": "repair.lock", "caller_name": "陈"}
    assert "一句话" in signed_in("receptionist").submit("/cases/new", data, 422).text


def test_one_page_for_a_whole_call(office: Office, signed_in: Any) -> None:
    """CASE-2: by number to the household, its cases with their promises, and a note on one of them."""
    case = office.at(Stage.ASSIGNED)
    client = signed_in("receptionist")
    for q in ("13800135678", "5678", "3-1204", "王建国"):
        page = client.page("/cases/call", query_string={"q": q})
        assert "3 栋 1204" in page.text
        assert case.number in page.text
        assert page.select_one(".chip[data-due]")
        assert "13800135678" not in page.select_one("#found").text
    link = page.select_one("a[href*='kind=complaint'][href*='person_id']")["href"]
    form = client.page(link)
    assert form.select_one(f"#person-{office.cast.owner.id}").has_attr("checked")
    page = client.submit(f"/cases/{case.id}/calls", {"text": "问师傅几点到", "q": "5678"})
    assert "记在 B-0001 上了" in page.text
    assert case.words[-1].text == "问师傅几点到"
    assert "请写出" in client.submit(f"/cases/{case.id}/calls", {"text": " ", "q": "5678"}).text
    assert "可以直接登记" in client.page("/cases/call?q=13655556666").text


def test_the_household_s_visitors_show_on_the_call(office: Office, signed_in: Any) -> None:
    told = Told(
        "guest",
        unit_id=office.cast.unit.id,
        household_id=office.cast.household.id,
        name="周凯",
        phone="13712340015",
        purpose="friend",
    )
    walk_in(told, community=office.cast.community, channel="desk", actor=office.desk)
    db.session.commit()
    assert "周*" in signed_in("receptionist").page("/cases/call?q=3-1204").select_one("#visits-title").parent.text


def test_pause_other_time_and_resume_by_forms(office: Office, signed_in: Any) -> None:
    case, desk = office.receive().case, signed_in("receptionist")
    promise = open_on(case, Clock.SETTLE)
    act(desk, case, "pause", promise_id=promise.id, reason="等钥匙")
    assert promise.paused_at
    assert "恢复计时" in desk.page(f"/cases/{case.id}").text
    act(desk, case, "resumption", promise_id=promise.id)
    assert promise.paused_at is None
    act(desk, case, "promised-time", promise_id=promise.id, due_at="2026-03-04T10:00")
    assert open_on(case, Clock.SETTLE).due_at.isoformat() == "2026-03-04T02:00:00+00:00"
    assert desk.send(f"/cases/{case.id}/resumption", {"promise_id": 999}).status_code == 404


def test_merge_hand_over_urgency_withdraw_by_forms(office: Office, signed_in: Any) -> None:
    desk = signed_in("receptionist")
    main, double = office.receive().case, office.receive().case
    assert main.number in desk.page(f"/cases/{double.id}").text
    act(desk, double, "merge", number="b1")
    assert double.stage == Stage.MERGED
    assert main.number in desk.page(f"/cases/{double.id}").text
    act(desk, main, "urgency", reason="水漫到走廊")
    assert main.urgent
    act(desk, main, "hand-over", user_id=office.cast["manager"].id, reason="下班")
    assert main.first_owner_id == office.cast["manager"].id
    act(desk, main, "withdrawal", how="telephone", reason="自己修好了")
    assert main.stage == Stage.WITHDRAWN


def test_enquiry_forum_director_confirmation_by_forms(office: Office, signed_in: Any) -> None:
    """CASE-3, CASE-7, CASE-11 by their forms."""
    desk = signed_in("receptionist")
    enquiry = office.receive("enquiry").case
    act(desk, enquiry, "checking", question="车位转租")
    assert enquiry.stage == Stage.CHECKING
    post = office.receive("complaint", channel="forum", posted_at=office.cast.owner.updated_at).case
    act(desk, post, "forum-reply", text="已受理")
    assert Clock.FORUM not in clocks(post)
    office.cast.owner.special = True
    special = office.at(Stage.DONE)
    act(desk, special, "confirmation", how="telephone", by_name="王建国")
    assert special.stage == Stage.CONFIRMED
    assert act(desk, special, "director-contact", 403, note="我来") is not None
    act(signed_in("director"), special, "director-contact", note="登门致歉")
    assert special.director_contacts
    act(desk, special, "returns", how="telephone", by_name="王建国", reason="还漏")
    assert special.stage == Stage.ASSIGNED


def test_take_a_case_from_the_kiosk(office: Office, signed_in: Any) -> None:
    """CASE-2."""
    case = office.receive(channel="kiosk", actor=Actor("终端"), first_owner_id=None).case
    desk = signed_in("receptionist")
    assert "我来首问" in desk.page(f"/cases/{case.id}").text
    act(desk, case, "first-owner")
    assert case.first_owner_id == office.cast["receptionist"].id
    act(signed_in("manager"), case, "first-owner", 422)


def test_the_number_in_full_asks_for_a_reason_and_is_on_record(office: Office, signed_in: Any) -> None:
    case, desk = office.receive().case, signed_in("receptionist")
    assert "13800135678" not in desk.page(f"/cases/{case.id}").text
    act(desk, case, "phone", 422, reason="")
    assert "13800135678" in act(desk, case, "phone", reason="约上门时间").text
    entry = db.session.scalars(sa.select(AuditEntry).where(AuditEntry.act == "reveal")).one()
    assert (entry.subject_id, entry.reason) == (case.id, "约上门时间")
    assert signed_in("technician").send(f"/cases/{case.id}/phone", {"reason": "想看"}).status_code == 403


def test_a_receipt_loaded_again_is_the_same_and_only_here(office: Office, signed_in: Any) -> None:
    """The code is shown to the browser that made the case; loading the page again makes no second case."""
    desk = signed_in("receptionist")
    page = desk.submit("/cases/new", NEW)
    again = desk.page("/cases/1/received")
    assert again.select_one(".once").text == page.select_one(".once").text
    assert the_case().number == "B-0001"
    assert signed_in("manager").get("/cases/1/received").location == "/cases/1"


def test_a_lost_receipt_is_made_anew(office: Office, signed_in: Any) -> None:
    received = office.receive()
    page = signed_in("receptionist").submit(f"/cases/{received.case.id}/receipt")
    shown = page.select_one(".once").text.replace(" ", "")
    assert shown != received.code
    assert received.case.code_hash == ops.code_hash(shown)


@pytest.mark.parametrize(
    ("who", "url", "status"),
    [
        ("outsider", "/cases/{id}", 404),
        ("guard", "/cases/{id}", 403),
        ("finance", "/desk/", 403),
        ("guard", "/desk/", 403),
        ("guard", "/cases/new", 200),
        ("guard", "/cases/call", 200),
        ("committee_member", "/cases/{id}", 403),
        ("quality", "/cases/{id}", 200),
        ("company", "/cases/{id}", 200),
        ("administrator", "/cases/{id}", 403),
    ],
)
def test_who_may_see(office: Office, signed_in: Any, who: str, url: str, status: int) -> None:
    case = office.receive().case
    assert signed_in(who).get(url.format(id=case.id)).status_code == status


ACTS = [
    *("assignment", "plan", "agreement", "arrival", "start", "completion", "words", "checking", "forum-reply"),
    *("confirmation", "returns", "follow-ups", "director-contact", "closure", "reopening", "withdrawal", "hand-over"),
    *("promised-time", "pause", "resumption", "urgency", "merge", "photos", "phone", "receipt", "calls"),
    "first-owner",
]


@pytest.mark.parametrize(("who", "status"), [("outsider", 404), ("finance", 403)])
def test_who_may_not_act_changes_nothing(office: Office, signed_in: Any, who: str, status: int) -> None:
    case, client = office.receive().case, signed_in(who)
    before = verbs(case)
    for what in ACTS:
        answer = client.send(f"/cases/{case.id}/{what}", {"text": "x", "reason": "x", "kind": "note", "promise_id": 1})
        expected = 403 if who == "outsider" and what == "director-contact" else status
        assert answer.status_code == expected, what
    assert verbs(case) == before


def test_a_technician_sees_only_what_he_may_do(office: Office, signed_in: Any) -> None:
    page = signed_in("technician").page(f"/cases/{office.at(Stage.ASSIGNED).id}")
    assert "记下方案" in page.text
    assert "移交首问" not in page.text


def test_a_guard_takes_a_case_in_and_the_reception_goes_on(office: Office, signed_in: Any) -> None:
    """CASE-2, REP-6: taken at the gate, owned by the reception."""
    page = signed_in("guard").submit("/cases/new", NEW)
    assert "B-0001" in page.h1.text
    assert the_case().first_owner_id is None


def test_an_english_caller(office: Office, signed_in: Any) -> None:
    caller = Caller("Ann", None, "ann@example.test", language="en")
    case = office.receive("enquiry", caller=caller).case
    assert signed_in("receptionist").page(f"/cases/{case.id}").h1.text.startswith("Z-0001")


def test_an_unknown_caller_s_number_is_not_typed_twice(signed_in: Any) -> None:
    """CASE-2: the number on the telephone's display goes into the form of every kind; a door is no number."""
    client = signed_in("receptionist")
    page = client.page("/cases/call", query_string={"q": "139 9999 8888"})
    links = [link["href"] for link in page.select("main a[href*='kind=']")]
    assert len(links) == 8 and all("phone=13999998888" in link for link in links)
    page = client.page("/cases/call", query_string={"q": "12栋1单元9901室"})
    assert all("phone=" not in link["href"] for link in page.select("main a[href*='cases/new']"))


def test_a_receipt_names_each_promise_once(office: Office, signed_in: Any) -> None:
    """CASE-5: word and settlement of an enquiry are one and the same time: it stands there once."""
    client = signed_in("receptionist")
    asked = {"kind": "enquiry", "title": "车位", "caller_name": "客户", "phone": "13999998888", "channel": "telephone"}
    page = client.submit("/cases/new", asked)
    names = [name.get_text() for name in page.select(".receipt dt")]
    assert names.count("答复") == 1
