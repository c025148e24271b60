"""Groups: a named guide, times to meet, lead and see off, and a record of each moment (VIS-3)."""

from datetime import datetime, timedelta
from typing import Any

from portal import clock, timeline
from portal.standards import operations as standards
from portal.standards import queries as standards_read
from portal.standards.models import Promise
from portal.timeline import Actor
from portal.visitors.models import Visit
from portal.visitors.moves import NotAllowedError

CLOCK = "meet"
STANDARD = "VIS-3"
MOMENTS = {"met": "met_at", "led": "led_at", "seen_off": "seen_off_at"}


def arrange(
    visit: Visit,
    actor: Actor,
    *,
    guide: Any,
    meet_at: datetime,
    lead_at: datetime | None,
    see_off_at: datetime | None,
    meeting_place: str | None = None,
    reason: str | None = None,
) -> None:
    """Name the guide (a member of staff) and the times. The guide promises to be there within the standard's
    minutes of `meet_at`; another time later is a new promise with its reason."""
    group = visit.group
    was = group.guide.name if group.guide else None
    moved = group.meet_at is not None and group.meet_at != meet_at
    group.guide, group.meet_at, group.lead_at, group.see_off_at = guide, meet_at, lead_at, see_off_at
    group.meeting_place = meeting_place or group.meeting_place
    visit.changed_at = clock.now()
    timeline.record(visit, "guide", actor, was=was, became=guide.name, reason=reason)
    _promise(visit, guide.id, meet_at, moved, reason, actor)


def _promise(visit: Visit, guide_id: int, meet_at: datetime, moved: bool, reason: str | None, actor: Actor) -> None:
    if visit.group.met_at:
        return
    due = meet_at + timedelta(minutes=standards_read.standard_for(visit.community_id, STANDARD).amount)
    standing = promise(visit)
    if standing is None:
        standards.promise(
            visit,
            CLOCK,
            STANDARD,
            guide_id,
            actor,
            due_at=due if due > clock.now() else None,
            label=visit.group.organisation,
            path=visit.path,
        )
    elif moved:
        standards.renew(standing, due, reason or "", actor, owner_id=guide_id)
    elif standing.owner_id != guide_id:
        standards.hand_over(standing, guide_id, actor, reason)


def promise(visit: Visit) -> Promise | None:
    """The guide's open promise to meet the group."""
    standing = standards_read.open_promises(visit)
    return next((one for one in standing if one.clock == CLOCK), None)


def note(visit: Visit, moment: str, actor: Actor) -> None:
    """Met, led or seen off: once each, now. Meeting keeps the promise."""
    column = MOMENTS[moment]
    if getattr(visit.group, column) is not None:
        raise NotAllowedError(f"already {moment}")
    setattr(visit.group, column, clock.now())
    visit.changed_at = clock.now()
    timeline.record(visit, moment, actor)
    standing = promise(visit) if moment == "met" else None
    if standing is not None:
        standards.keep(standing, actor)


def call_off(visit: Visit, reason: str, actor: Actor) -> None:
    """The group does not come: nobody waits for it."""
    standing = promise(visit) if visit.group else None
    if standing is not None:
        standards.end(standing, reason, actor)
