"""The clocks of a case: which promises start, are kept, renewed and ended by what happens to it."""

from datetime import datetime

from flask_babel import gettext

from portal import clock as present
from portal import timeline
from portal.access import Role
from portal.cases.models import Case
from portal.cases.operations.moves import ask
from portal.cases.stages import Clock
from portal.people import queries as people
from portal.standards import operations as standards
from portal.standards import queries
from portal.standards.models import Promise
from portal.timeline import Actor

OF_HANDLER = frozenset({Clock.SETTLE, Clock.ON_SITE})


def open_on(case: Case, clock: Clock) -> Promise | None:
    """The open promise on that clock, if there is one."""
    return next((promise for promise in queries.open_promises(case) if promise.clock == clock), None)


def start_all(case: Case, actor: Actor, *, word_at: datetime | None = None) -> None:
    """At receipt: each clock of the kind, by the first of its rules that holds. `word_at`: an earlier time for the
    first word, promised by the one who receives (CASE-2)."""
    for clock in dict.fromkeys(rule.clock for rule in case.of_kind.clocks):
        made = start(case, clock, actor)
        if made and clock == Clock.WORD and word_at is not None:
            ask(word_at < made.due_at, gettext("承诺的时间要早于服务标准的时限。"))
            standards.renew(made, word_at, gettext("受理人承诺提前答复"), actor)


def start(case: Case, clock: Clock, actor: Actor, reason: str | None = None) -> Promise | None:
    """The clock's promise after its kind's standard; none where no rule holds."""
    rule = case.of_kind.rule(clock, case)
    if rule is None:
        return None
    since = getattr(case, rule.of) if rule.of else None
    return standards.promise(case, clock, rule.standard, owner_of(case, clock), actor, reason=reason, since=since)


def start_after(case: Case, clock: Clock, standard: str, actor: Actor, due_at: datetime | None = None) -> Promise:
    """A promise after a standard that the verb names."""
    return standards.promise(case, clock, standard, owner_of(case, clock), actor, due_at=due_at)


def owner_of(case: Case, clock: Clock) -> int | None:
    """Who answers for the clock: the handler for the work, the director for the last contact, else the first-inquiry
    owner. Nobody yet: reception as a whole is reminded."""
    if clock == Clock.DIRECTOR:
        return next((user.id for user in people.staff_with_role(case.community_id, Role.DIRECTOR)), case.first_owner_id)
    if clock in OF_HANDLER and case.handler_id is not None:
        return case.handler_id
    return case.first_owner_id


def own(case: Case, actor: Actor) -> None:
    """The first member of staff who acts on a case from kiosk, link or box becomes its first-inquiry owner (CASE-2)."""
    if case.first_owner_id is None and actor.user_id is not None:
        case.first_owner_id = actor.user_id
        timeline.record(case, "taken", actor)
        give(case, None, actor.user_id, actor)


def word_at(case: Case) -> datetime | None:
    """By when the customer next has word."""
    promise = open_on(case, Clock.WORD)
    return promise.due_at if promise else None


def keep(case: Case, actor: Actor, *clocks: Clock) -> None:
    for promise in queries.open_promises(case):
        if promise.clock in clocks:
            standards.keep(promise, actor)


def end(case: Case, reason: str, actor: Actor, *clocks: Clock) -> None:
    """The open promises on these clocks, or on all, no longer apply."""
    for promise in queries.open_promises(case):
        if not clocks or promise.clock in clocks:
            standards.end(promise, reason, actor)


def give(case: Case, was_id: int | None, owner_id: int, actor: Actor, reason: str | None = None) -> None:
    """What the first-inquiry owner (or nobody) answered for, another does from now on; the work stays the handler's."""
    others = {Clock.DIRECTOR} | (OF_HANDLER if case.handler_id is not None else set())
    for promise in queries.open_promises(case):
        if promise.owner_id == was_id and promise.clock not in others:
            standards.hand_over(promise, owner_id, actor, reason)


def give_work(case: Case, handler_id: int, actor: Actor) -> None:
    """The handler answers for the work from now on."""
    for promise in queries.open_promises(case):
        if promise.clock in OF_HANDLER and promise.owner_id != handler_id:
            standards.hand_over(promise, handler_id, actor)


def word_given(case: Case, actor: Actor, next_at: datetime | None = None) -> None:
    """The customer has had word. Until the case is settled that calls for a time for the next (CASE-2, CASE-6)."""
    ask(next_at is None or next_at > present.now(), gettext("下次答复的时间要晚于现在。"))
    keep(case, actor, Clock.WORD, Clock.RESPONSE)
    if not case.is_settled:
        start_after(case, Clock.WORD, case.of_kind.next_word, actor, next_at)


def start_again(case: Case, reason: str, actor: Actor) -> None:
    """The case goes on: what follows a settlement ends, word and settle run anew. Of an urgent one the time on site
    too, and its word is as near as the first was (REP-1)."""
    end(case, reason, actor)
    if case.urgent:
        case.arrived_at = None
        start(case, Clock.ON_SITE, actor, reason)
        start(case, Clock.WORD, actor, reason)
    else:
        start_after(case, Clock.WORD, case.of_kind.next_word, actor)
    start(case, Clock.SETTLE, actor, reason)


def hold_settle(case: Case, reason: str, actor: Actor) -> None:
    """While the owner thinks about a plan the time is not ours: paused, with the reason, counted apart."""
    promise = open_on(case, Clock.SETTLE)
    if promise and promise.paused_at is None and promise.due_at > present.now() and promise.broken_at is None:
        standards.pause(promise, reason, actor)


def go_on(case: Case, actor: Actor) -> None:
    promise = open_on(case, Clock.SETTLE)
    if promise and promise.paused_at is not None:
        standards.resume(promise, actor)
