"""The end of the loop: followed up, the director's contact, closed; and opened again."""

from flask_babel import gettext, lazy_gettext

from portal import clock
from portal import timeline as history
from portal.access import Role
from portal.cases.models import Case, Closure, DirectorContact, FollowUp, WordKind
from portal.cases.operations import clocks, tell
from portal.cases.operations.customer import again
from portal.cases.operations.moves import ask, hold, move
from portal.cases.stages import Clock, Satisfaction, Stage
from portal.standards import operations as standards
from portal.standards import queries
from portal.timeline import Actor

TRIES = 3  # after so many calls that reached nobody a case may be closed, with the reason on record


def follow_up(case: Case, reached: bool, satisfaction: Satisfaction | None, note: str | None, actor: Actor) -> FollowUp:
    """A follow-up call. Reached: how satisfied. Not reached: another try is promised. CASE-9, REP-4."""
    hold(case)
    ask(case.stage in (Stage.DONE, Stage.CONFIRMED), gettext("办完以后才回访。"))
    ask(not reached or satisfaction, gettext("请选择客户的满意程度。"))
    clocks.own(case, actor)
    made = FollowUp(
        community_id=case.community_id,
        at=clock.now(),
        by_id=actor.user_id,
        by_name=actor.name,
        reached=reached,
        satisfaction=satisfaction if reached else None,
        note=note,
        round=round_of(case),
    )
    case.follow_ups.append(made)
    event = history.record(
        case, "followed_up" if reached else "not_reached", actor, became=made.satisfaction, reason=note
    )
    if reached:
        clocks.keep(case, actor, Clock.FOLLOW_UP, Clock.WORD)
    else:
        _try_again(case, actor)
    if made.satisfaction == Satisfaction.DISSATISFIED:
        said = lazy_gettext("客户不满意：%(number)s %(title)s", number=case.number, title=case.title)
        told = tell.with_roles(case, Role.MANAGER) | {case.first_owner_id or 0, case.handler_id or 0}
        tell.staff(case, told, said, event, but=actor.user_id)
    return made


def _try_again(case: Case, actor: Actor) -> None:
    promise = clocks.open_on(case, Clock.FOLLOW_UP)
    if promise:
        effective = queries.standard_for(case.community_id, promise.standard_key)
        due, _beyond = standards.due_by(case.community_id, effective, clock.now())
        standards.renew(promise, due, gettext("没有联系上，再次回访"), actor)


def round_of(case: Case) -> int:
    """Which settling of the case this is: 1, and one more each time it went on."""
    return 1 + sum(1 for entry in history.history(case) if entry.verb in ("returned", "reopened"))


def contact_by_director(case: Case, note: str, actor: Actor) -> DirectorContact:
    """The office director has spoken with the special customer after the settlement. CASE-3."""
    hold(case)
    ask(clocks.open_on(case, Clock.DIRECTOR), gettext("这一单没有等主任做的沟通。"))
    made = DirectorContact(
        community_id=case.community_id, at=clock.now(), by_id=actor.user_id, by_name=actor.name, note=note
    )
    case.director_contacts.append(made)
    clocks.keep(case, actor, Clock.DIRECTOR)
    history.record(case, "director_contacted", actor, reason=note)
    return made


def close(case: Case, actor: Actor, reason: str | None = None) -> Closure:
    """Staff close the case. Not before what is missing is done (see `missing`); one that the customer has not
    confirmed, or is not satisfied with, needs a reason. CASE-1, CASE-3, CASE-4, REP-4."""
    hold(case)
    lacks = missing(case)
    ask(not lacks, lacks[0] if lacks else "")
    ask(reason or not needs_reason(case), gettext("客户没有确认、不满意或没有联系上，结案要写明原因。"))
    event = move(case, Stage.CLOSED, "closed", actor, reason=reason)
    made = Closure(
        community_id=case.community_id, at=clock.now(), by_id=actor.user_id, by_name=actor.name, reason=reason
    )
    case.closures.append(made)
    case.ended_at = made.at
    clocks.keep(case, actor, Clock.WORD)
    clocks.end(case, gettext("已结案"), actor)
    tell.customers(case, "case_closed", event)
    return made


def missing(case: Case) -> list[str]:
    """What has to be done before the case can be closed, in words for staff."""
    lacks = []
    if case.of_kind.answer and not _answered(case):
        lacks.append(gettext("还没有答复客户：投诉、咨询和建议没有答复不能结案。"))
    if not _followed_up(case):
        lacks.append(
            gettext("还没有回访：联系上客户，或者至少尝试 %(tries)s 次。", tries=TRIES)
            if _reachable(case)
            else gettext("客户没有留联系方式：请在回访里记一次“没有联系上”。")
        )
    if clocks.open_on(case, Clock.DIRECTOR):
        lacks.append(gettext("特殊客户：主任再次沟通后才能结案。"))
    return lacks


def needs_reason(case: Case) -> bool:
    """Whether closing asks for a reason: not confirmed, nobody reached, or the customer is not satisfied."""
    last = _calls(case)[-1:]
    content = last and last[0].reached and last[0].satisfaction != Satisfaction.DISSATISFIED
    return not (case.confirmation and content)


def _calls(case: Case) -> list[FollowUp]:
    now = round_of(case)
    return [call for call in case.follow_ups if call.round == now]


def _followed_up(case: Case) -> bool:
    calls = _calls(case)
    return any(call.reached for call in calls) or len(calls) >= (TRIES if _reachable(case) else 1)


def _reachable(case: Case) -> bool:
    """Whether there is anyone to call or write to: a letter in the complaint box may have no name (CASE-10)."""
    return bool(case.caller_phone or tell.audience(case))


def _answered(case: Case) -> bool:
    """Whether the customer had an answer since the case last went on."""
    again_at = max((row.at for row in history.history(case) if row.verb in ("returned", "reopened")), default=None)
    return any(said.kind == WordKind.ANSWER and (not again_at or said.at > again_at) for said in case.words)


def reopen(case: Case, reason: str, actor: Actor) -> None:
    """Staff open a confirmed, closed or withdrawn case again, with a reason and new promises. CASE-1."""
    hold(case)
    ask(case.is_settled and case.stage != Stage.MERGED, gettext("这一单还在办理，不用重开。"))
    event = again(case, reason, actor, "reopened")
    said = lazy_gettext("已重开：%(number)s %(title)s", number=case.number, title=case.title)
    tell.staff(case, {case.first_owner_id, case.handler_id}, said, event, mail="case_back", but=actor.user_id)
    tell.customers(case, "case_returned", event, reason=reason, next_at=clocks.word_at(case))
