"""Who answers for a case, and by when: hand-over, other times, pauses, urgency."""

from datetime import datetime

from flask_babel import gettext, lazy_gettext

from portal import clock
from portal import timeline as history
from portal.access import Right
from portal.cases.models import Case
from portal.cases.operations import clocks, tell
from portal.cases.operations.moves import ask, hold
from portal.cases.stages import Clock
from portal.people.models import User
from portal.standards import operations as standards
from portal.standards.models import Promise
from portal.timeline import Actor
from portal.web import exact

URGENT = (Clock.DISPATCH, Clock.ON_SITE)


def hand_over(case: Case, to: User, reason: str, actor: Actor) -> None:
    """Another first-inquiry owner, with a reason: someone leaves, falls ill, is the wrong one. CASE-2."""
    hold(case)
    ask(case.is_open, gettext("这一单已经结束。"))
    ask(Right.DESK in to.rights_in(case.community), gettext("这位同事不能处理本小区的单。"))
    ask(to.id != case.first_owner_id, gettext("首问负责人没有变。"))
    was, was_id = case.first_owner, case.first_owner_id
    case.first_owner_id = to.id
    event = history.record(case, "handed_over", actor, was=was.name if was else None, became=to.name, reason=reason)
    clocks.give(case, was_id, to.id, actor, reason)
    said = lazy_gettext("首问转给您：%(number)s %(title)s", number=case.number, title=case.title)
    tell.staff(case, {to.id}, said, event, mail="case_assigned", but=actor.user_id)


def promise_time(case: Case, promise: Promise, due_at: datetime, reason: str | None, actor: Actor) -> Promise:
    """Promise the customer another time: an earlier one as a service, a later one with a reason. CASE-2."""
    hold(case)
    ask(promise.subject_id == case.id and promise.is_open, gettext("这项承诺已经不在了。"))
    ask(due_at > clock.now(), gettext("承诺的时间要晚于现在。"))
    ask(reason or due_at < promise.due_at, gettext("推迟承诺的时间，请写明原因。"))
    was = promise.due_at
    made = standards.renew(promise, due_at, reason or gettext("提前承诺"), actor)
    history.record(case, "time_promised", actor, was=exact(was), became=exact(due_at), reason=reason)
    return made


def pause(case: Case, promise: Promise, reason: str, actor: Actor) -> None:
    """Stop one clock, with a reason. What is broken can't be paused."""
    hold(case)
    ask(promise.subject_id == case.id and promise.is_open, gettext("这项承诺已经不在了。"))
    ask(promise.due_at > clock.now() and not promise.broken_at, gettext("已经迟了的承诺不能暂停，请给客户新的时间。"))
    ask(promise.paused_at is None, gettext("这项承诺已经暂停。"))
    standards.pause(promise, reason, actor)
    history.record(case, "paused", actor, reason=reason, data={"clock": promise.clock})


def resume(case: Case, promise: Promise, actor: Actor) -> None:
    hold(case)
    ask(promise.subject_id == case.id and promise.is_open and promise.paused_at, gettext("这项承诺没有暂停。"))
    standards.resume(promise, actor)
    history.record(case, "resumed", actor, data={"clock": promise.clock})


def set_urgency(case: Case, urgent: bool, reason: str, actor: Actor) -> None:
    """It turns out to be urgent, or not. Urgent: dispatch and arrival are promised from now on. REP-1."""
    hold(case)
    ask(case.of_kind.may_be_urgent, gettext("这一类不分急缓。"))
    ask(case.is_open and not case.is_settled, gettext("这一单已经办完。"))
    ask(case.urgent != urgent, gettext("急缓没有变。"))
    case.urgent = urgent
    event = history.record(case, "urgency_set", actor, became="urgent" if urgent else "ordinary", reason=reason)
    if not urgent:
        clocks.end(case, reason, actor, *URGENT)
        return
    for each in URGENT:
        if not (each == Clock.DISPATCH and case.handler_id) and not (each == Clock.ON_SITE and case.arrived_at):
            clocks.start(case, each, actor, reason)
    text = lazy_gettext("紧急：%(number)s %(title)s", number=case.number, title=case.title)
    told = tell.with_roles(case, *case.of_kind.handlers) | {case.handler_id or 0}
    tell.staff(case, told, text, event, mail="case_urgent", but=actor.user_id)
