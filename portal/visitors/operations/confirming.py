"""Asking the household, and what it or the guard answers. Nobody is left at the door without somebody who decides."""

from datetime import timedelta

from flask_babel import lazy_gettext as _l

from portal import clock, timeline
from portal.access import Role
from portal.outbox import operations as outbox
from portal.people import links
from portal.people import queries as people
from portal.timeline import Actor
from portal.visitors.models import Visit
from portal.visitors.moves import State, move
from portal.visitors.operations import passing

ANSWER = "visit_answer"
WAIT = timedelta(hours=2)  # then a visit that nobody decided has come to nothing
HOST, TELEPHONE, GUARD = "host", "telephone", "guard"


def ask(visit: Visit, actor: Actor, *, household: bool) -> None:
    """Tell the guards; and the household by e-mail, where it should be asked and has an address."""
    if household and visit.unit_id:
        _mail_household(visit, actor)
    outbox.notify(
        [user.id for user in people.staff_with_role(visit.community_id, Role.GUARD)],
        community_id=visit.community_id,
        text=_l("%(kind)s到 %(place)s，正在门口等确认。", kind=visit.rules.name, place=visit.place or "—"),
        url=visit.path,
        key=f"visit-waiting:{visit.id}",
        subject_type=visit.__tablename__,
        subject_id=visit.id,
    )


def _mail_household(visit: Visit, actor: Actor) -> None:
    hosts = [person for person in people.people_in_unit(visit.unit_id or 0) if person.email]
    if not hosts:
        return
    outbox.send(
        "visit_host",
        [outbox.To(person.email or "", person.language, person.name, person_id=person.id) for person in hosts],
        community_id=visit.community_id,
        key=f"visit-host:{visit.id}",
        subject_type=visit.__tablename__,
        subject_id=visit.id,
        expires_at=clock.now() + WAIT,
        visit=visit,
        token=links.make(ANSWER, visit, WAIT),
    )
    visit.asked_at = clock.now()
    timeline.record(visit, "asked", actor, became=str(len(hosts)))


def confirm(visit: Visit, actor: Actor, *, by: str, reason: str | None = None) -> None:
    """Yes: by the household's link, told by telephone, or by the guard's own decision. The visitor is inside."""
    passing.enter(visit, actor, verb="approved", reason=reason, by=by)
    links.end_all(ANSWER, visit)


def refuse(visit: Visit, actor: Actor, *, by: str, reason: str | None = None) -> None:
    """No. A guard gives a reason."""
    move(visit, State.REFUSED, "refused", actor, reason=reason, data={"by": by})
    visit.decided_by = by
    links.end_all(ANSWER, visit)
