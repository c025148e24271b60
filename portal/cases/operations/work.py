"""The work: taken, assigned, planned and agreed, on site, started, done."""

from collections.abc import Sequence
from datetime import datetime

from flask_babel import LazyString, gettext, lazy_gettext

from portal import clock, files
from portal import timeline as history
from portal.access import Right
from portal.cases.models import Case, Plan, WordKind
from portal.cases.operations import clocks, tell
from portal.cases.operations.moves import ask, hold, move
from portal.cases.operations.said import add_photos, say
from portal.cases.stages import Clock, How, Stage
from portal.people.models import User
from portal.timeline import Actor

REACHED = (Stage.AGREED, Stage.PLANNED, Stage.WORKING, Stage.ASSIGNED)
DIRECTOR = "CASE-3"


def take(case: Case, actor: Actor) -> None:
    """A receptionist takes a case from kiosk, link or box and is its first-inquiry owner from now on. CASE-2."""
    hold(case)
    ask(case.first_owner_id is None, gettext("这一单已有首问负责人。"))
    clocks.own(case, actor)


def assign(case: Case, handler: User, actor: Actor, note: str | None = None) -> None:
    """Give the work to a member of staff; one who has it already may be relieved. CASE-1, REP-1.dispatch."""
    hold(case)
    ask(Right.DESK in handler.rights_in(case.community), gettext("这位同事不能处理本小区的单。"))
    clocks.own(case, actor)
    fresh = case.stage in (Stage.RECEIVED, Stage.CHECKING)
    ask(fresh or case.handler_id != handler.id, gettext("这一单已经由%(name)s处理。", name=handler.name))
    was, case.handler_id = case.handler_id, handler.id
    if fresh:
        event = move(case, Stage.ASSIGNED, "assigned", actor, reason=note, data={"handler": handler.name})
    else:
        ask(case.stage in REACHED, gettext("这一单已经办完，不能再派工。"))
        data = {"handler": handler.name, "was": was}
        event = history.record(case, "reassigned", actor, became=handler.name, reason=note, data=data)
    case.assigned_at = clock.now()
    clocks.keep(case, actor, Clock.DISPATCH, Clock.RESPONSE)
    clocks.give_work(case, handler.id, actor)
    said = lazy_gettext("派给您：%(number)s %(title)s", number=case.number, title=case.title)
    tell.staff(case, {handler.id}, said, event, mail="case_assigned", but=actor.user_id)


def tell_plan(
    case: Case, text: str, actor: Actor, *, visit_at: datetime | None = None, cost: str | None = None
) -> Plan:
    """Tell the owner a feasible plan; work waits for the agreement. A new plan takes the place of the last. REP-3."""
    hold(case)
    event = move(case, Stage.PLANNED, "plan_told", actor, reason=text)
    now = clock.now()
    for former in case.plans:
        former.ended_at = former.ended_at or now
    made = Plan(
        community_id=case.community_id, text=text, visit_at=visit_at, cost=cost, told_at=now, told_by_id=actor.user_id
    )
    case.plans.append(made)
    clocks.word_given(case, actor)
    clocks.hold_settle(case, gettext("等业主同意方案"), actor)
    tell.customers(case, "case_planned", event, plan=made)
    return made


def agree(case: Case, how: How, by_name: str, actor: Actor) -> Plan:
    """The owner agrees to the plan: it is on record who, when and how, and work may start. REP-3."""
    plan = _decided(case, how, by_name, actor)
    event = move(case, Stage.AGREED, "agreed", actor, data={"how": how, "plan": plan.id})
    plan.agreed = True
    clocks.go_on(case, actor)
    _tell_handler(case, lazy_gettext("业主同意方案：%(number)s %(title)s", number=case.number, title=case.title), event)
    return plan


def decline(case: Case, reason: str, how: How, by_name: str, actor: Actor) -> Plan:
    """The owner does not agree: another plan is needed. REP-3."""
    plan = _decided(case, how, by_name, actor)
    event = move(case, Stage.ASSIGNED, "declined", actor, reason=reason, data={"how": how, "plan": plan.id})
    plan.agreed, plan.reason, plan.ended_at = False, reason, clock.now()
    clocks.go_on(case, actor)
    _tell_handler(
        case, lazy_gettext("业主不同意方案：%(number)s %(title)s", number=case.number, title=case.title), event
    )
    return plan


def _decided(case: Case, how: How, by_name: str, actor: Actor) -> Plan:
    hold(case)
    plan = case.plan
    if plan is None or case.stage != Stage.PLANNED:
        ask(False, gettext("没有等您同意的方案。"))
        raise AssertionError
    plan.decided_at, plan.decided_how, plan.decided_by = clock.now(), how, by_name
    plan.recorded_by_id = actor.user_id
    return plan


def _tell_handler(case: Case, text: LazyString, event: history.TimelineEntry) -> None:
    tell.staff(case, {case.handler_id or case.first_owner_id}, text, event, but=event.actor_id)


def arrive(case: Case, actor: Actor) -> None:
    """Someone is on site. REP-1.on-site."""
    hold(case)
    ask(case.is_open and not case.is_settled, gettext("这一单已经办完。"))
    ask(case.arrived_at is None, gettext("到场已经记过了。"))
    case.arrived_at = clock.now()
    clocks.keep(case, actor, Clock.ON_SITE, Clock.DISPATCH, Clock.RESPONSE)
    history.record(case, "arrived", actor)


def start(case: Case, actor: Actor, safety: str | None = None) -> None:
    """Work starts when the owner has agreed. An urgent repair may be made safe first: `safety` says what and why, and
    stays on record. REP-3."""
    hold(case)
    if case.of_kind.plan and not (case.plan and case.plan.agreed):
        ask(case.urgent, gettext("业主同意方案后才能开工。"))
        ask(safety, gettext("业主还没有同意方案：先行排险请写明做什么、为什么。"))
    move(case, Stage.WORKING, "made_safe" if safety else "started", actor, reason=safety)
    clocks.keep(case, actor, Clock.ON_SITE, Clock.DISPATCH, Clock.RESPONSE)


def finish(
    case: Case,
    result: str,
    actor: Actor,
    *,
    told: How | None = None,
    photos: Sequence[files.Picture] = (),
) -> None:
    """Staff say that it is done. The customer, who has an address or was `told`, has the result as the answer; else
    the word to them is still owed. The first-inquiry owner is told, follow-up and the director's contact begin.
    CASE-2, CASE-3, CASE-9, REP-4."""
    hold(case)
    clocks.own(case, actor)
    event = move(case, Stage.DONE, "done", actor, reason=result)
    case.settled_at = clock.now()
    add_photos(case, photos, actor)
    done = (Clock.SETTLE, Clock.ON_SITE, Clock.DISPATCH, Clock.RESPONSE)
    clocks.keep(case, actor, *done)
    mailed = tell.customers(case, "case_done", event, result=result)
    how = told or (How.MAIL if mailed else None)
    say(case, WordKind.ANSWER if how else WordKind.NOTE, result, how or How.IN_PERSON, actor)
    if how:
        clocks.keep(case, actor, Clock.WORD)
    clocks.start_after(case, Clock.FOLLOW_UP, case.of_kind.follow_up, actor)
    if case.special:
        clocks.start_after(case, Clock.DIRECTOR, DIRECTOR, actor)
    said = lazy_gettext("已办完：%(number)s %(title)s，请告知客户", number=case.number, title=case.title)
    tell.staff(case, {case.first_owner_id}, said, event, but=actor.user_id)
