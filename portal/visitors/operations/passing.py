"""In and out (VIS-2)."""

from portal import clock, timeline
from portal.secret import without_numbers
from portal.timeline import Actor
from portal.visitors import queries
from portal.visitors.models import Visit
from portal.visitors.moves import NotAllowedError, State, move


class OutsideWindowError(NotAllowedError):
    """The pass is not valid yet, or not any more."""


def enter(
    visit: Visit,
    actor: Actor,
    *,
    verb: str = "entered",
    reason: str | None = None,
    by: str | None = None,
    early: bool = False,
) -> None:
    """Let the visitor in: OutsideWindowError where the pass does not run now, NotAllowedError where it was used up.
    `early`: the guard lets an expected visitor in before the time, with a reason."""
    now = clock.now()
    if not visit.runs(now) and not (early and reason and visit.is_early(now)):
        raise OutsideWindowError("the pass does not run now")
    if visit.state == State.LEFT and not visit.may_come_again(now):
        raise NotAllowedError("this pass let in as often as it may")
    move(visit, State.INSIDE, verb, actor, reason=reason, data={"by": by} if by else None)
    limit = now + queries.rule(visit.community_id, visit.kind).limit
    visit.entered_at, visit.left_at, visit.reminded_at = now, None, None
    visit.entries += 1
    visit.leave_by = min(limit, visit.ends_at) if visit.ends_at else limit
    visit.decided_by = by or visit.decided_by


def leave(visit: Visit, actor: Actor, *, reason: str | None = None) -> None:
    """Sign the visitor out."""
    move(visit, State.LEFT, "left", actor, reason=reason)
    visit.left_at = visit.changed_at


def cancel(visit: Visit, actor: Actor, *, reason: str | None = None) -> None:
    """The visit will not take place."""
    move(visit, State.CANCELLED, "cancelled", actor, reason=reason)


def add_document(visit: Visit, document: str, actor: Actor, *, consent: bool) -> None:
    """A document number, given freely and with its own consent, to help the guard decide. The number is not
    written into the history."""
    visit.set_document(document, clock.now() if consent else None)
    visit.changed_at = clock.now()
    timeline.record(visit, "document", actor, became=without_numbers(visit.masked_document))
