"""Which promises run on a case, and what keeps, renews, pauses and ends them."""

from datetime import date, datetime, timedelta

import pytest

from portal.cases import operations as ops
from portal.cases.operations import NotAllowedError
from portal.cases.stages import Clock, How, Stage
from portal.clock import CHINA
from portal.db import db
from portal.standards import operations as standards
from portal.standards import queries
from portal.standards.models import PromiseState
from tests.cases.conftest import START
from tests.cases.office import HOUR, MINUTE, Office, clocks, open_on, verbs

SAID = How.TELEPHONE


def at(day: int, hour: int = 20) -> datetime:
    """That hour of a day of March 2026; the desk closes at 20."""
    return datetime(2026, 3, day, hour, tzinfo=CHINA)


def test_an_urgent_repair_is_dispatched_at_once_and_reached_within_four_hours(office: Office) -> None:
    """REP-1: dispatched at once; on site within 4 hours."""
    case = office.receive(urgent=True).case
    assert open_on(case, Clock.DISPATCH).due_at == START + 10 * MINUTE
    assert open_on(case, Clock.ON_SITE).due_at == START + 4 * HOUR
    office.later(5 * MINUTE)
    office.assign(case)
    assert clocks(case) == {Clock.ON_SITE, Clock.WORD, Clock.SETTLE}
    assert open_on(case, Clock.ON_SITE).owner_id == office.cast["technician"].id
    office.later(3 * HOUR)
    ops.arrive(case, office.worker)
    kept = next(one for one in queries.promises(case) if one.clock == Clock.ON_SITE)
    assert kept.state(START + 5 * HOUR) == PromiseState.KEPT


def test_late_on_site_stays_broken(office: Office) -> None:
    """REP-1, CASE-2: a break is not undone by arriving later."""
    case = office.receive(urgent=True).case
    office.assign(case)
    office.later(5 * HOUR)
    ops.arrive(case, office.worker)
    promise = next(one for one in queries.promises(case) if one.clock == Clock.ON_SITE)
    assert promise.broken_at == START + 4 * HOUR


def test_for_any_other_repair_the_owner_is_contacted_within_a_working_day(office: Office) -> None:
    """REP-2: one working day; within the warranty 24 hours."""
    assert open_on(office.receive().case, Clock.WORD).due_at == at(4)
    office.clock.move_to(at(6, 9))  # Friday: the day after is no working day
    assert open_on(office.receive().case, Clock.WORD).due_at == at(9)
    office.cast.unit.warranty_until = date(2027, 1, 1)
    covered = open_on(office.receive().case, Clock.WORD)
    assert covered.standard_key == "REP-2.warranty"
    assert covered.due_at == at(7, 9)


def test_repairs_complaints_and_enquiries_are_answered_or_disposed_of_within_twelve_hours(office: Office) -> None:
    """CASE-5: 12 hours for each."""
    repair, complaint, enquiry = (office.receive(kind).case for kind in ("repair", "complaint", "enquiry"))
    for case, clock in ((repair, Clock.RESPONSE), (complaint, Clock.RESPONSE), (enquiry, Clock.WORD)):
        promise = open_on(case, clock)
        assert (promise.standard_key, promise.due_at) == ("CASE-5", START + 12 * HOUR)
    office.assign(repair)
    ops.word(complaint, "已经联系楼上", SAID, office.desk)
    assert Clock.RESPONSE not in clocks(repair) | clocks(complaint)


def test_a_complaint_is_fed_back_in_two_working_days_and_then_on_and_on(office: Office) -> None:
    """CASE-6: feedback within 2 working days, then updates until it is settled."""
    case = office.receive("complaint").case
    assert open_on(case, Clock.WORD).due_at == at(5)
    office.later(24 * HOUR)
    ops.word(case, "已和楼上住户谈过", SAID, office.desk)
    promise = open_on(case, Clock.WORD)
    assert (promise.standard_key, promise.due_at) == ("CASE-6.update", at(6))
    ops.word(case, "晚上再去看", SAID, office.desk, next_at=at(5, 10))
    assert open_on(case, Clock.WORD).due_at == at(5, 10)
    assert case.words[-1].next_at == at(5, 10)
    office.finish(case)
    assert Clock.WORD not in clocks(case)
    assert sum(one.clock == Clock.WORD for one in queries.promises(case)) == 3


def test_the_next_word_lies_ahead(office: Office) -> None:
    case = office.receive("complaint").case
    with pytest.raises(NotAllowedError):
        ops.word(case, "在办", SAID, office.desk, next_at=START - HOUR)


@pytest.mark.parametrize(
    ("posted", "forwarded", "key", "due"),
    [
        (START - HOUR, None, "CASE-7.seen", START + HOUR),
        (START - 5 * HOUR, START - HOUR / 2, "CASE-7.forwarded", START + HOUR / 2),
        (None, START, "CASE-7.forwarded", START + HOUR),
    ],
)
def test_a_post_on_a_forum_is_acknowledged_in_hours(
    office: Office, posted: datetime | None, forwarded: datetime | None, key: str, due: datetime
) -> None:
    """CASE-7: within 2 hours after it appears, or 1 hour after it is forwarded."""
    case = office.receive("complaint", channel="forum", posted_at=posted, forwarded_at=forwarded).case
    promise = open_on(case, Clock.FORUM)
    assert (promise.standard_key, promise.due_at) == (key, due)
    office.later(10 * MINUTE)
    ops.reply_on_forum(case, "您好，已受理。", office.desk)
    assert Clock.FORUM not in clocks(case)
    assert Clock.WORD in clocks(case)  # an acknowledgement is no feedback yet
    assert case.post_replied_at == START + 10 * MINUTE
    with pytest.raises(NotAllowedError):
        ops.reply_on_forum(case, "再回一次", office.desk)


def test_a_post_found_too_late_is_broken_from_the_start(office: Office) -> None:
    """CASE-7: the hours count from when it appeared, not from when we looked."""
    case = office.receive("complaint", channel="forum", posted_at=START - 6 * HOUR).case
    assert open_on(case, Clock.FORUM).state(START) == PromiseState.BROKEN


def test_a_forum_case_needs_the_time_of_its_post(office: Office) -> None:
    """CASE-7."""
    with pytest.raises(NotAllowedError):
        office.receive("complaint", channel="forum")


def test_what_nobody_knows_is_checked_and_promised(office: Office) -> None:
    """CASE-11: contact details, a promise with a deadline, an answer as soon as confirmed."""
    case = office.receive("enquiry").case
    office.later(10 * HOUR)
    ops.check(case, office.desk, question="车位转租要不要备案")
    promise = open_on(case, Clock.WORD)
    assert case.stage == Stage.CHECKING
    assert (promise.standard_key, promise.due_at) == ("CASE-11", START + 22 * HOUR)
    office.finish(case)
    assert not {Clock.WORD, Clock.SETTLE} & clocks(case)


def test_nothing_is_promised_to_somebody_who_can_not_be_reached(office: Office) -> None:
    """CASE-11: take contact details first."""
    case = office.receive("enquiry", caller=ops.Caller("路过的人")).case
    with pytest.raises(NotAllowedError, match="联系方式"):
        ops.check(case, office.desk)


def test_the_community_s_own_number_counts(office: Office) -> None:
    standards.set_standard(office.cast.community.id, "CASE-6", 1, "业委会要求", office.manager)
    assert open_on(office.receive("complaint").case, Clock.WORD).due_at == at(4)


def test_the_owner_may_promise_an_earlier_time_and_gives_a_reason_for_a_later_one(office: Office) -> None:
    """CASE-2: a promised time; a new time with a reason is a new promise, the old one stays on record."""
    case = office.receive("complaint").case
    ops.promise_time(case, open_on(case, Clock.WORD), at(4, 10), None, office.desk)
    assert open_on(case, Clock.WORD).due_at == at(4, 10)
    with pytest.raises(NotAllowedError, match="原因"):
        ops.promise_time(case, open_on(case, Clock.WORD), at(5, 10), None, office.desk)
    ops.promise_time(case, open_on(case, Clock.WORD), at(5, 10), "等分贝检测", office.desk)
    told = [one for one in queries.promises(case) if one.clock == Clock.WORD]
    assert [one.renewed for one in told] == [True, True, False]
    assert verbs(case).count("time_promised") == 2
    with pytest.raises(NotAllowedError):
        ops.promise_time(case, open_on(case, Clock.WORD), START - HOUR, "过去", office.desk)


def test_a_pause_needs_a_promise_that_still_holds(office: Office) -> None:
    case = office.receive().case
    promise = open_on(case, Clock.SETTLE)
    due = promise.due_at
    ops.pause(case, promise, "等业主送钥匙", office.desk)
    with pytest.raises(NotAllowedError):
        ops.pause(case, promise, "再停一次", office.desk)
    office.later(24 * HOUR)
    ops.resume(case, promise, office.desk)
    assert promise.due_at == due + 24 * HOUR
    assert promise.pauses[0].reason == "等业主送钥匙"
    office.later(timedelta(days=9))
    with pytest.raises(NotAllowedError, match="迟了"):
        ops.pause(case, promise, "迟了再停", office.desk)
    with pytest.raises(NotAllowedError):
        ops.resume(case, promise, office.desk)


def test_it_turns_out_to_be_urgent_and_then_not(office: Office) -> None:
    """REP-1: from the moment it is known."""
    case = office.receive().case
    office.later(2 * HOUR)
    ops.set_urgency(case, True, "楼下也漏了", office.desk)
    assert open_on(case, Clock.ON_SITE).due_at == START + 6 * HOUR
    ops.set_urgency(case, False, "已关总阀", office.desk)
    assert not {Clock.ON_SITE, Clock.DISPATCH} & clocks(case)
    with pytest.raises(NotAllowedError):
        ops.set_urgency(office.receive("complaint").case, True, "急", office.desk)
    db.session.rollback()


def test_withdrawn_the_promises_end_and_a_break_stays(office: Office) -> None:
    case = office.receive().case
    office.later(13 * HOUR)  # the response was due after twelve
    ops.withdraw(case, "自己修好了", SAID, office.desk)
    assert clocks(case) == set()
    response = next(one for one in queries.promises(case) if one.clock == Clock.RESPONSE)
    assert response.broken_at == START + 12 * HOUR
