"""The loop: plan and agreement, done and confirmed, returned, followed up, closed, reopened; who answers for it."""

import pytest
import sqlalchemy as sa

from portal.cases import operations as ops
from portal.cases.models import Case, WordKind
from portal.cases.operations import NotAllowedError
from portal.cases.operations.closing import missing
from portal.cases.stages import Clock, How, Satisfaction, Stage
from portal.db import db
from portal.outbox.models import Delivery, Message, Notification
from portal.standards import queries
from portal.standards.models import PromiseState
from portal.timeline import history
from tests.cases.conftest import START
from tests.cases.office import HOUR, Office, clocks, last_entry, open_on, verbs

SAID = How.TELEPHONE


def mailed(case: Case, template: str) -> list[str]:
    query = sa.select(Delivery.id).join(Message).where(Message.template == template, Message.subject_id == case.id)
    found = [db.session.get_one(Delivery, one) for one in db.session.scalars(query)]
    return sorted(delivery.address for delivery in found)


def test_work_starts_only_when_the_owner_has_agreed(office: Office) -> None:
    """REP-3: a feasible plan told to the owner; the agreement on record; then the work."""
    case = office.at(Stage.ASSIGNED)
    with pytest.raises(NotAllowedError, match="同意"):
        ops.start(case, office.worker)
    office.plan(case)
    with pytest.raises(NotAllowedError):
        ops.start(case, office.worker)
    office.agree(case)
    assert case.plan
    assert (case.plan.agreed, case.plan.decided_by, case.plan.decided_how) == (True, "王建国", "telephone")
    assert case.plan.recorded_by_id == office.cast["technician"].id
    ops.start(case, office.worker)
    assert case.stage == Stage.WORKING


def test_a_declined_plan_makes_way_for_another(office: Office) -> None:
    """REP-3: no work on a plan that the owner refused."""
    case = office.at(Stage.PLANNED)
    ops.decline(case, "太贵", SAID, "王建国", office.worker)
    assert case.stage == Stage.ASSIGNED
    with pytest.raises(NotAllowedError):
        ops.start(case, office.worker)
    office.plan(case)
    office.agree(case)
    assert [plan.agreed for plan in case.plans] == [False, True]
    assert case.plans[0].reason == "太贵"


def test_a_new_plan_needs_a_new_agreement(office: Office) -> None:
    """REP-3: what was agreed to is what is done."""
    case = office.at(Stage.WORKING)
    ops.tell_plan(case, "要砸墙", office.worker)
    with pytest.raises(NotAllowedError):
        ops.start(case, office.worker)


def test_an_urgent_repair_may_be_made_safe_first(office: Office) -> None:
    """REP-3, REP-1: safe first, with what and why on record; an ordinary one never."""
    case = office.at(Stage.ASSIGNED, urgent=True)
    with pytest.raises(NotAllowedError, match="写明"):
        ops.start(case, office.worker)
    ops.start(case, office.worker, safety="关闭总阀，防止淹到楼下")
    assert case.stage == Stage.WORKING
    assert last_entry(case, "made_safe").reason == "关闭总阀，防止淹到楼下"
    ordinary = office.at(Stage.ASSIGNED)
    with pytest.raises(NotAllowedError):
        ops.start(ordinary, office.worker, safety="图快")


def test_while_the_owner_thinks_the_time_to_settle_stands_still(office: Office) -> None:
    """Pauses need a reason and are counted apart."""
    case = office.at(Stage.PLANNED)
    promise = open_on(case, Clock.SETTLE)
    due = promise.due_at
    assert promise.state(START) == PromiseState.PAUSED
    office.later(24 * HOUR)
    office.agree(case)
    assert promise.due_at == due + 24 * HOUR
    assert promise.pauses[0].reason == "等业主同意方案"


def test_done_the_first_owner_is_told_and_tells_the_customer(office: Office) -> None:
    """CASE-2: told when it is settled, tells the customer; who has no address is still owed the word."""
    case = office.at(Stage.DONE)
    query = sa.select(Notification.text).where(Notification.user_id == office.cast["receptionist"].id)
    assert any("已办完" in text for text in db.session.scalars(query))
    assert mailed(case, "case_done") == ["wang@example.test"]
    assert Clock.WORD not in clocks(case)
    silent = office.at(Stage.DONE, caller=ops.Caller("赵先生", "13700001111"))
    assert Clock.WORD in clocks(silent)
    ops.word(silent, "已修好，请您看看", SAID, office.desk)
    assert Clock.WORD not in clocks(silent)


def test_closed_by_staff_and_confirmed_by_the_customer_are_two_facts(office: Office) -> None:
    """CASE-1: a case closed without a confirmation says so, and may still be confirmed."""
    case = office.at(Stage.DONE)
    office.follow_up(case)
    with pytest.raises(NotAllowedError, match="原因"):
        ops.close(case, office.desk)
    ops.close(case, office.desk, "客户出差，电话里说没问题但没有确认")
    assert case.closure
    assert case.confirmation is None
    office.confirm(case)
    assert case.stage == Stage.CLOSED
    assert case.confirmation


def test_a_confirmation_by_telephone_is_recorded_as_such(office: Office) -> None:
    """CASE-1: told by telephone, and who recorded it."""
    case = office.at(Stage.CONFIRMED)
    said = case.confirmation
    assert said
    assert (said.how, said.by_name, said.recorded_by_id) == (SAID, "王建国", office.cast["receptionist"].id)


def test_returned_with_a_reason_it_goes_on_with_new_promises(office: Office) -> None:
    """CASE-1: returned is not the end: a new time for word and settlement, the plan to be agreed anew."""
    case = office.at(Stage.CONFIRMED)
    ops.send_back(case, "晚上又漏了", SAID, "王建国", office.desk)
    assert case.stage == Stage.ASSIGNED
    assert case.confirmation is None
    assert case.returns[-1].reason == "晚上又漏了"
    assert clocks(case) == {Clock.WORD, Clock.SETTLE}
    assert open_on(case, Clock.SETTLE).reason == "晚上又漏了"
    assert len(case.confirmations) == 1  # the first one stays on record
    assert mailed(case, "case_returned") == ["wang@example.test"]
    with pytest.raises(NotAllowedError):
        ops.start(case, office.worker)


def test_a_complaint_without_an_answer_is_never_closed(office: Office) -> None:
    """CASE-4: 100 % handled; a complaint can't be closed without an answer."""
    case = office.receive("complaint", caller=ops.Caller("陈女士", "13912340000")).case
    office.later()
    office.finish(case)
    office.confirm(case)
    office.follow_up(case)
    with pytest.raises(NotAllowedError, match="答复"):
        ops.close(case, office.desk, "忙")
    ops.answer(case, "已约谈楼上住户，晚十点后不再施工。", SAID, office.desk)
    ops.close(case, office.desk)
    assert case.stage == Stage.CLOSED


def test_after_a_return_the_old_answer_does_not_count(office: Office) -> None:
    """CASE-4: each round needs its answer."""
    case = office.receive("complaint", caller=ops.Caller("陈女士", "13912340000")).case
    ops.finish(case, "已约谈", office.worker, told=SAID)
    assert not any("答复" in lack for lack in missing(case))
    office.later()
    ops.send_back(case, "又吵了", SAID, "陈女士", office.desk)
    office.later()
    office.finish(case)
    assert any("答复" in lack for lack in missing(case))


@pytest.mark.parametrize(("kind", "standard"), [("repair", "REP-4"), ("complaint", "CASE-9")])
def test_every_customer_is_followed_up(office: Office, kind: str, standard: str) -> None:
    """REP-4, CASE-9: a follow-up is promised when it is done and closing waits for it."""
    case = office.at(Stage.CONFIRMED, kind)
    promise = open_on(case, Clock.FOLLOW_UP)
    assert promise.standard_key == standard
    with pytest.raises(NotAllowedError, match="回访"):
        ops.close(case, office.desk)
    office.follow_up(case)
    assert promise.kept_at
    ops.close(case, office.desk)


def test_not_reached_another_try_is_promised(office: Office) -> None:
    """REP-4: not reached is no follow-up; after three tries it may be closed with the reason."""
    case = office.at(Stage.CONFIRMED)
    for attempt in range(3):
        first = open_on(case, Clock.FOLLOW_UP)
        ops.follow_up(case, False, None, "无人接听", office.desk)
        assert first.renewed, attempt
        office.later(HOUR)
    with pytest.raises(NotAllowedError, match="原因"):
        ops.close(case, office.desk)
    ops.close(case, office.desk, "三次无人接听")
    assert [call.reached for call in case.follow_ups] == [False] * 3


def test_a_call_says_how_satisfied(office: Office) -> None:
    """CASE-9: 很满意 / 满意 / 较满意 / 不满意."""
    case = office.at(Stage.CONFIRMED)
    with pytest.raises(NotAllowedError):
        ops.follow_up(case, True, None, None, office.desk)
    ops.follow_up(case, True, Satisfaction.DISSATISFIED, "等了三天", office.desk)
    with pytest.raises(NotAllowedError, match="不满意"):
        ops.close(case, office.desk)
    texts = db.session.scalars(sa.select(Notification.text).where(Notification.user_id == office.cast["manager"].id))
    assert any("不满意" in text for text in texts)


def test_a_follow_up_of_the_round_before_does_not_count(office: Office) -> None:
    """REP-4: 100 %, each time it was done."""
    case = office.at(Stage.CLOSED)
    ops.reopen(case, "又漏了", office.desk)
    for step in (office.plan, office.agree, office.start, office.finish, office.confirm):
        office.later()
        step(case)
    assert any("回访" in lack for lack in missing(case))


def test_the_director_contacts_a_special_customer_once_more(office: Office) -> None:
    """CASE-3: after settlement the office director makes one more contact."""
    office.cast.owner.special = True
    case = office.at(Stage.CONFIRMED)
    promise = open_on(case, Clock.DIRECTOR)
    assert (promise.standard_key, promise.owner_id) == ("CASE-3", office.cast["director"].id)
    office.follow_up(case)
    with pytest.raises(NotAllowedError, match="主任"):
        ops.close(case, office.desk)
    ops.contact_by_director(case, "登门致歉", office.cast["director"].actor)
    ops.close(case, office.desk)
    assert case.director_contacts[0].by_name == "高主任"
    assert promise.kept_at


def test_nobody_else_is_owed_the_director(office: Office) -> None:
    """CASE-3: special customers only."""
    case = office.at(Stage.CONFIRMED)
    assert Clock.DIRECTOR not in clocks(case)
    with pytest.raises(NotAllowedError):
        ops.contact_by_director(case, "闲聊", office.cast["director"].actor)


def test_whoever_receives_owns_it_to_the_end_unless_handed_over_with_a_reason(office: Office) -> None:
    """CASE-2: first-inquiry responsibility, through assignment, settlement and follow-up."""
    case = office.at(Stage.CONFIRMED)
    assert case.first_owner_id == office.cast["receptionist"].id
    assert open_on(case, Clock.FOLLOW_UP).owner_id == office.cast["receptionist"].id
    ops.hand_over(case, office.cast["manager"], "林晓休假", office.desk)
    assert open_on(case, Clock.FOLLOW_UP).owner_id == office.cast["manager"].id
    entry = last_entry(case, "handed_over")
    assert (entry.was, entry.became, entry.reason) == ("林晓", "周敏", "林晓休假")
    with pytest.raises(NotAllowedError):
        ops.hand_over(case, office.cast["manager"], "再移", office.desk)
    with pytest.raises(NotAllowedError):
        ops.hand_over(case, office.cast.outsider, "外人", office.desk)


def test_only_staff_of_the_estate_get_its_cases(office: Office) -> None:
    case = office.receive().case
    for who in ("outsider", "guard", "committee_member"):
        with pytest.raises(NotAllowedError):
            ops.assign(case, office.cast[who], office.desk)


def test_the_handler_hears_of_it_and_can_be_relieved(office: Office) -> None:
    case = office.at(Stage.WORKING)
    assert mailed(case, "case_assigned") == ["technician@yinghou.test"]
    ops.assign(case, office.cast["manager"], office.desk, "何师傅请假")
    assert case.stage == Stage.WORKING
    assert open_on(case, Clock.SETTLE).owner_id == office.cast["manager"].id
    assert last_entry(case, "reassigned").reason == "何师傅请假"


def test_the_customer_adds_a_word_and_whoever_works_on_it_hears(office: Office) -> None:
    case = office.at(Stage.WORKING)
    ops.customer_word(case, "门禁密码是 1 楼物业有", How.LINK, office.desk)
    assert case.words[-1].kind == WordKind.CUSTOMER
    query = sa.select(Notification.text).where(Notification.user_id == office.cast["technician"].id)
    assert any("客户补充" in text for text in db.session.scalars(query))


def test_everything_leaves_its_trace_and_the_trace_stays(office: Office) -> None:
    """CASE-15: all records kept and traceable; history is only ever added to."""
    case = office.at(Stage.CLOSED)
    assert verbs(case) == [
        "received", "subscribed", "assigned", "plan_told", "agreed", "started", "done", "confirmed", "followed_up",
        "closed",
    ]  # fmt: skip
    assert all(entry.actor_name for entry in history(case))
    assert {change.verb for change, _promise in queries.changes_of(case)} >= {"promised", "kept", "paused", "resumed"}
    history(case)[0].actor_name = "别人"
    with pytest.raises(TypeError):
        db.session.flush()
    db.session.rollback()


def test_merged_all_callers_hear_and_both_receipts_show_the_main(office: Office) -> None:
    """Duplicates go on as one case with all callers subscribed."""
    from portal.cases.queries import customer_view

    main = office.at(Stage.ASSIGNED, "complaint")
    double = office.receive("complaint", caller=ops.Caller("李先生", "13600001111", "li@example.test")).case
    third = office.receive("complaint", caller=ops.Caller("吴女士", None, "wu@example.test")).case
    ops.merge(third, double, office.desk)
    ops.merge(double, main, office.desk)
    db.session.commit()
    assert third.merged_into_id == double.merged_into_id == main.id
    assert clocks(double) == set()
    ops.word(main, "今晚去查", SAID, office.desk)
    assert mailed(main, "case_word") == ["li@example.test", "wang@example.test", "wu@example.test"]
    assert mailed(double, "case_merged") == ["li@example.test"]
    view = customer_view(double)
    assert (view.number, view.main, view.stage) == (double.number, main.number, Stage.ASSIGNED)
    assert [word.text for word in view.words] == ["今晚去查"]
    assert not view.may_withdraw


def test_a_sooner_promise_of_a_duplicate_is_kept(office: Office) -> None:
    """CASE-2: what was promised to either caller holds."""
    main = office.receive("complaint").case
    double = office.receive("complaint", word_at=START + 2 * HOUR).case
    ops.merge(double, main, office.desk)
    assert open_on(main, Clock.WORD).due_at == START + 2 * HOUR


def test_only_the_same_kind_and_an_open_case_take_a_duplicate(office: Office) -> None:
    """CASE-4: a complaint does not lose its answer by becoming a repair."""
    complaint = office.receive("complaint").case
    for wrong in (complaint, office.receive("repair").case, office.at(Stage.DONE, "complaint")):
        with pytest.raises(NotAllowedError):
            ops.merge(complaint, wrong, office.desk)
    there = office.receive("complaint", community_id=office.cast.other_community.id, unit_id=None).case
    with pytest.raises(NotAllowedError):
        ops.merge(complaint, there, office.desk)


def test_an_address_is_subscribed_once(office: Office) -> None:
    case = office.receive().case
    ops.subscribe(case, "Wang@example.test ", "王建国", "zh", office.desk)
    ops.subscribe(case, "tenant@example.test", "租客", "en", office.desk)
    db.session.commit()
    assert len(case.subscribers) == 2
    ops.word(case, "明天上门", SAID, office.desk)
    assert mailed(case, "case_word") == ["tenant@example.test", "wang@example.test"]


def test_the_mail_speaks_the_reader_s_language_and_carries_their_own_link(office: Office) -> None:
    case = office.receive(caller=ops.Caller("Ann", None, "ann@example.test", language="en")).case
    query = sa.select(Message).where(Message.template == "case_received", Message.subject_id == case.id)
    message = db.session.scalars(query).one()
    assert [text.language for text in message.texts] == ["en"]
    assert "/r/" in message.deliveries[0].fields
