"""What was promised once is not lost on the way: merging, handing over, coming back, nobody to call."""

from datetime import timedelta

import pytest

from portal.cases import operations as ops
from portal.cases.operations import Caller, NotAllowedError
from portal.cases.stages import Clock, How, Stage
from portal.clock import now
from tests.cases.office import HOUR, MINUTE, Office, clocks, open_on, verbs


def test_an_urgent_repair_does_not_vanish_in_an_ordinary_one(office: Office) -> None:
    """REP-1: on site within four hours is still owed; the ordinary one is merged into the urgent one instead."""
    ordinary, urgent = office.receive().case, office.receive(urgent=True).case
    with pytest.raises(NotAllowedError, match="反过来"):
        ops.merge(urgent, ordinary, office.desk)
    assert Clock.ON_SITE in clocks(urgent)
    ops.merge(ordinary, urgent, office.desk)
    assert Clock.ON_SITE in clocks(urgent)


def test_a_post_is_answered_before_its_case_is_merged(office: Office) -> None:
    """CASE-7: each post on a forum is acknowledged under itself, also where the matter is known already."""
    main = office.receive("complaint").case
    post = office.receive("complaint", channel="forum", posted_at=now() - MINUTE).case
    with pytest.raises(NotAllowedError, match="回帖"):
        ops.merge(post, main, office.desk)
    ops.reply_on_forum(post, "已收到，正在处理。", office.desk)
    ops.merge(post, main, office.desk)
    assert post.stage == Stage.MERGED


def test_handing_over_the_first_inquiry_leaves_the_work_with_its_handler(office: Office) -> None:
    """CASE-2: who has both and gives one away still answers for the other."""
    lin, manager = office.cast["receptionist"], office.cast["manager"]
    case = office.receive("complaint").case
    ops.assign(case, lin, office.desk)
    ops.hand_over(case, manager, "休假", office.desk)
    assert open_on(case, Clock.WORD).owner_id == manager.id
    assert open_on(case, Clock.SETTLE).owner_id == lin.id


@pytest.mark.parametrize("way", ["returned", "reopened"])
def test_an_urgent_repair_that_comes_back_is_urgent_again(office: Office, way: str) -> None:
    """REP-1: it still leaks: somebody is on site within four hours, counted anew."""
    case = office.receive(urgent=True).case
    office.assign(case)
    ops.arrive(case, office.worker)
    ops.start(case, office.worker, "关阀排险")
    office.finish(case)
    office.later(HOUR)
    if way == "returned":
        ops.send_back(case, "还在漏", How.TELEPHONE, "王建国", office.desk)
    else:
        office.confirm(case)
        ops.reopen(case, "又漏了", office.desk)
    assert open_on(case, Clock.ON_SITE).due_at == now() + timedelta(hours=4)
    assert open_on(case, Clock.WORD).due_at <= now() + timedelta(hours=12)
    ops.arrive(case, office.worker)
    assert Clock.ON_SITE not in clocks(case)


def test_where_nobody_left_an_address_one_try_is_enough(office: Office) -> None:
    """CASE-10, CASE-4: a letter without a name in the complaint box: answered, noted that nobody can be called,
    closed with the reason."""
    case = office.receive("complaint", channel="complaint_box", unit_id=None, caller=Caller("不具名")).case
    ops.assign(case, office.cast["receptionist"], office.desk)
    ops.finish(case, "已加派清洁，并在公告栏答复。", office.desk, told=How.IN_PERSON)
    with pytest.raises(NotAllowedError, match="没有留联系方式"):
        ops.close(case, office.desk, "无法联系")
    ops.follow_up(case, False, None, "没有留联系方式", office.desk)
    with pytest.raises(NotAllowedError, match="原因"):
        ops.close(case, office.desk)
    ops.close(case, office.desk, "没有留联系方式，答复已公布")
    assert case.stage == Stage.CLOSED


def test_pressed_by_two_the_same_handler_is_told_once(office: Office) -> None:
    """REP-1: the second receptionist reads that he has it already; he gets no second letter."""
    case = office.receive().case
    office.assign(case)
    with pytest.raises(NotAllowedError, match="何师傅"):
        ops.assign(case, office.cast["technician"], office.desk)
    assert verbs(case).count("reassigned") == 0
