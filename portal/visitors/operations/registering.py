"""A visit comes into being: at the kiosk, at the guard's desk, or expected by a household (VIS-1)."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from portal import clock, timeline
from portal.db import db
from portal.people import links
from portal.timeline import Actor
from portal.visitors import queries
from portal.visitors.kinds import Arrival
from portal.visitors.models import Visit, VisitGroup
from portal.visitors.moves import State
from portal.visitors.operations import confirming, passing

PASS = "visit_pass"  # noqa: S105 - the purpose of a link, not a password
NUMBERS = 10**8
PASS_STAYS = timedelta(days=1)  # after its window, so that its holder can read that it is over
TRIES = 5


@dataclass
class Told:
    """What the visitor, the household or the guard told. `phone` and `document` are clean numbers."""

    kind: str
    unit_id: int | None = None
    household_id: int | None = None
    name: str | None = None
    phone: str | None = None
    purpose: str | None = None
    people: int = 1
    plate: str | None = None
    document: str | None = None
    document_consent: bool = False
    organisation: str | None = None
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    entries_allowed: int = 1


@dataclass(frozen=True)
class Registered:
    """`token` opens the pass; None where the form had been sent before (`fresh` is False)."""

    visit: Visit
    token: str | None
    fresh: bool


def walk_in(
    told: Told, *, community: Any, channel: str, actor: Actor, form_key: str | None = None, arrival: str | None = None
) -> Registered:
    """Somebody stands at the door: inside at once, or waiting for the household or the guard, as the kind's rule
    in this community says. `arrival` overrules it where the guard decides on the spot."""
    rule = queries.rule(community.id, told.kind)
    made = _make(told, State.WAITING, community, channel, form_key, rule.limit)
    if not made.fresh:
        return made
    visit = made.visit
    timeline.record(visit, "registered", actor, became=State.WAITING)
    decided = Arrival(arrival or rule.arrival)
    if decided is Arrival.ENTER:
        passing.enter(visit, actor)
    else:
        confirming.ask(visit, actor, household=decided is Arrival.HOST)
    return made


def book(told: Told, *, community: Any, channel: str, actor: Actor, form_key: str | None = None) -> Registered:
    """Somebody is expected between `told.starts_at` and `told.ends_at`."""
    if told.starts_at is None or told.ends_at is None or told.ends_at <= told.starts_at:
        raise ValueError("an expected visit has a window")
    made = _make(told, State.EXPECTED, community, channel, form_key, told.ends_at - clock.now())
    if made.fresh:
        timeline.record(made.visit, "booked", actor, became=State.EXPECTED)
    return made


def pass_again(visit: Visit) -> str:
    """Another link to the pass: only hashes of the earlier ones are kept."""
    until = visit.ends_at or visit.leave_by or clock.now()
    return links.make(PASS, visit, max(until - clock.now(), timedelta()) + PASS_STAYS)


def by_form_key(form_key: str | None) -> Visit | None:
    return db.session.scalar(sa.select(Visit).where(Visit.form_key == form_key)) if form_key else None


def _make(told: Told, state: State, community: Any, channel: str, form_key: str | None, lasts: timedelta) -> Registered:
    """The row, once for each form key: a form sent twice, even at the same moment, is one visit."""
    for _try in range(TRIES):
        before = by_form_key(form_key)
        if before is not None:
            return Registered(before, None, fresh=False)
        visit = _row(told, state, community, channel, form_key, lasts)
        try:
            with db.session.begin_nested():
                db.session.add(visit)
        except IntegrityError:  # the number is taken, or the same form came in at the same moment
            continue
        return Registered(visit, pass_again(visit), fresh=True)
    raise RuntimeError("no free pass number")


def _row(told: Told, state: State, community: Any, channel: str, form_key: str | None, lasts: timedelta) -> Visit:
    now = clock.now()
    visit = Visit(
        community_id=community.id,
        kind=told.kind,
        state=state,
        channel=channel,
        unit_id=told.unit_id,
        household_id=told.household_id,
        purpose=told.purpose,
        people=told.people,
        made_at=now,
        changed_at=now,
        starts_at=told.starts_at,
        ends_at=told.ends_at,
        entries_allowed=told.entries_allowed,
        entries=0,
        leave_by=now + lasts,
        keep_days=community.visit_keep_days,
        forget_on=clock.local(now + lasts).date() + timedelta(days=community.visit_keep_days),
        form_key=form_key,
    )
    visit.set_number(f"{secrets.randbelow(NUMBERS):08}")
    visit.set_name(told.name)
    visit.set_phone(told.phone)
    visit.set_plate(told.plate)
    visit.set_document(told.document, now if told.document_consent else None)
    if told.organisation:
        visit.group = VisitGroup(organisation=told.organisation, meet_at=told.starts_at)
    return visit
