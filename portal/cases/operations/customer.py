"""What the customer does, by link, at the kiosk or told to staff: subscribe, confirm, return, withdraw."""

from flask_babel import gettext, lazy_gettext

from portal import clock
from portal import timeline as history
from portal.cases.models import Case, Closure, Confirmation, Plan, Return, Subscriber
from portal.cases.operations import clocks, tell
from portal.cases.operations.moves import ask, hold, move
from portal.cases.stages import Clock, How, Stage
from portal.db import db
from portal.secret import blind_index
from portal.timeline import Actor, TimelineEntry


def subscribe(
    case: Case, email: str, name: str, language: str, actor: Actor, *, person_id: int | None = None
) -> Subscriber:
    """From now on this address gets word of the case. Once for each address."""
    db.session.flush()
    address_hash = blind_index("email", email.strip().lower())
    there = next((one for one in case.subscribers if one.email_hash == address_hash), None)
    if there:
        return there
    made = Subscriber(
        community_id=case.community_id,
        email=email.strip(),
        email_hash=address_hash,
        name=name,
        language=language,
        person_id=person_id,
        at=clock.now(),
    )
    case.subscribers.append(made)
    history.record(case, "subscribed", actor)
    return made


def confirm(case: Case, how: How, by_name: str, actor: Actor, note: str | None = None) -> Confirmation:
    """The customer says that it is settled; told to a member of staff, it is recorded as such. CASE-1.

    Said of a case that was merged it counts for the main one. Pressed twice it is recorded once. A case that staff
    closed without hearing from the customer is confirmed afterwards just the same: closure and confirmation are two
    facts.
    """
    case = case.main or case
    hold(case)
    if case.confirmation:
        return case.confirmation
    if case.stage != Stage.CLOSED:
        event = move(case, Stage.CONFIRMED, "confirmed", actor, reason=note, data={"how": how})
        clocks.keep(case, actor, Clock.WORD)
        said = lazy_gettext("客户已确认：%(number)s %(title)s", number=case.number, title=case.title)
        tell.staff(case, {case.first_owner_id, case.handler_id}, said, event, but=actor.user_id)
    else:
        history.record(case, "confirmed", actor, reason=note, data={"how": how})
    made = Confirmation(
        community_id=case.community_id,
        at=clock.now(),
        how=how,
        by_name=by_name,
        recorded_by_id=actor.user_id,
        note=note,
    )
    case.confirmations.append(made)
    return made


def send_back(case: Case, reason: str, how: How, by_name: str, actor: Actor) -> Return:
    """Returned with a reason: it is not settled. It goes on with new promises; what was done stays. CASE-1."""
    case = case.main or case
    hold(case)
    ask(case.is_settled and case.stage != Stage.WITHDRAWN, gettext("这一单还没有办完，不用退回。"))
    event = again(case, reason, actor, "returned")
    made = Return(
        community_id=case.community_id,
        at=clock.now(),
        how=how,
        by_name=by_name,
        recorded_by_id=actor.user_id,
        reason=reason,
    )
    case.returns.append(made)
    tell.customers(case, "case_returned", event, reason=reason, next_at=clocks.word_at(case))
    said = lazy_gettext("客户退回：%(number)s %(title)s", number=case.number, title=case.title)
    tell.staff(case, {case.first_owner_id, case.handler_id}, said, event, mail="case_back", but=actor.user_id)
    return made


def again(case: Case, reason: str, actor: Actor, verb: str) -> TimelineEntry:
    """Back to work, with new promises. Confirmation, closure and plan of the round before end; they stay on record."""
    case.handler_id = case.handler_id or case.first_owner_id or actor.user_id
    event = move(case, Stage.ASSIGNED, verb, actor, reason=reason)
    now = clock.now()
    rows: list[Confirmation | Closure | Plan] = [*case.confirmations, *case.closures, *case.plans]
    for row in rows:
        row.ended_at = row.ended_at or now
    case.settled_at = case.ended_at = None
    clocks.start_again(case, reason, actor)
    return event


def withdraw(case: Case, reason: str, how: How, actor: Actor) -> None:
    """The customer needs it no more. What was promised no longer applies; what was broken stays broken."""
    hold(case)
    event = move(case, Stage.WITHDRAWN, "withdrawn", actor, reason=reason, data={"how": how})
    case.ended_at = clock.now()
    clocks.end(case, gettext("客户撤回"), actor)
    said = lazy_gettext("客户撤回：%(number)s %(title)s", number=case.number, title=case.title)
    tell.staff(case, {case.first_owner_id, case.handler_id}, said, event, but=actor.user_id)
