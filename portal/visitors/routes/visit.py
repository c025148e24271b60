"""One visit at the guard's desk: what stands, what may be done, what was done; numbers masked until asked for."""

from collections.abc import Callable

from flask import flash, render_template
from flask_babel import gettext
from werkzeug.wrappers import Response

from portal import clock, timeline
from portal.access import Right, needs
from portal.db import db
from portal.people import queries as people
from portal.people.rights import actor, allowed, find, refuse
from portal.secret import without_numbers
from portal.standards.queries import promises
from portal.visitors.forms.desk import GuideForm, ReasonForm, RevealForm, wall
from portal.visitors.models import Visit
from portal.visitors.moves import MOVES, STATES, STORY, NotAllowedError, State
from portal.visitors.operations import confirming, groups, passing
from portal.visitors.operations.registering import pass_again
from portal.visitors.routes import area
from portal.web import go

Page = str | tuple[str, int] | Response
# What can be shown in full, the right it takes, and how the audit log calls the act.
REVEALS: dict[str, tuple[Right, str]] = {
    "phone": (Right.VISITOR_GUARD, "visit_phone"),
    "name": (Right.VISITOR_GUARD, "visit_name"),
    "plate": (Right.VISITOR_GUARD, "visit_plate"),
    "document": (Right.PERSON_REVEAL, "visit_document"),
    "host": (Right.VISITOR_GUARD, "visit_host_phone"),
}


@area.get("/visitors/<int:visit_id>")
@needs(Right.VISITOR_GUARD)
def show(visit_id: int) -> Page:
    return _page(find(Visit, visit_id, Right.VISITOR_GUARD))


@area.post("/visitors/<int:visit_id>/approval")
@needs(Right.VISITOR_GUARD)
def approve(visit_id: int) -> Page:
    """The household said yes on the telephone, or the guard decides: either needs a word why."""
    visit = find(Visit, visit_id, Right.VISITOR_GUARD)
    return _decide(visit, lambda by, reason: confirming.confirm(visit, actor(), by=by, reason=reason))


@area.post("/visitors/<int:visit_id>/refusal")
@needs(Right.VISITOR_GUARD)
def turn_away(visit_id: int) -> Page:
    visit = find(Visit, visit_id, Right.VISITOR_GUARD)
    return _decide(visit, lambda by, reason: confirming.refuse(visit, actor(), by=by, reason=reason))


def _decide(visit: Visit, act: Callable[[str, str], None]) -> Page:
    form = ReasonForm()
    if not form.validate_on_submit():
        return _page(visit, decision=form), 422
    by = confirming.TELEPHONE if form.reason.data == str(told_by_telephone()) else confirming.GUARD
    return _done(visit, lambda: act(by, form.reason.data))


def told_by_telephone() -> str:
    """The reason that records a telephone call with the household."""
    return gettext("已电话问过住户")


@area.post("/visitors/<int:visit_id>/entry")
@needs(Right.VISITOR_GUARD)
def let_in(visit_id: int) -> Page:
    """An expected visitor comes by the guard instead of the kiosk; before the time with a reason."""
    visit = find(Visit, visit_id, Right.VISITOR_GUARD)
    if not visit.is_early(clock.now()):
        return _done(visit, lambda: passing.enter(visit, actor()))
    form = ReasonForm()
    if not form.validate_on_submit():
        return _page(visit, decision=form), 422
    return _done(visit, lambda: passing.enter(visit, actor(), reason=form.reason.data, early=True))


@area.post("/visitors/<int:visit_id>/departure")
@needs(Right.VISITOR_GUARD)
def sign_out(visit_id: int) -> Page:
    visit = find(Visit, visit_id, Right.VISITOR_GUARD)
    return _done(visit, lambda: passing.leave(visit, actor()), then="visitors.register")


@area.post("/visitors/<int:visit_id>/cancellation")
@needs(Right.VISITOR_GUARD)
def call_off(visit_id: int) -> Page:
    visit, form = find(Visit, visit_id, Right.VISITOR_GUARD), ReasonForm()
    if not form.validate_on_submit():
        return _page(visit, decision=form), 422

    def act() -> None:
        passing.cancel(visit, actor(), reason=form.reason.data)
        groups.call_off(visit, form.reason.data, actor())

    return _done(visit, act)


@area.post("/visitors/<int:visit_id>/pass")
@needs(Right.VISITOR_GUARD)
def pass_link(visit_id: int) -> Page:
    """The pass once more, to print or to show."""
    visit = find(Visit, visit_id, Right.VISITOR_GUARD)
    token = pass_again(visit)
    db.session.commit()
    return go("visitors.show_pass", token=token)


@area.post("/visitors/<int:visit_id>/reveal")
@needs(Right.VISITOR_GUARD)
def reveal(visit_id: int) -> Page:
    """One number in full, with a reason that stands in the audit log and that the household can read."""
    visit, form = find(Visit, visit_id, Right.VISITOR_GUARD), RevealForm()
    if not form.validate_on_submit() or form.what.data not in REVEALS:
        return _page(visit, reveal=form), 422
    right, act = REVEALS[form.what.data]
    if not allowed(right):
        refuse(right, visit)
    timeline.audit(act, actor(), subject=visit, reason=without_numbers(form.reason.data))
    shown = _in_full(visit, form.what.data)
    db.session.commit()
    return _page(visit, shown=(form.what.data, shown))


def _in_full(visit: Visit, what: str) -> str:
    if what == "host":
        hosts = people.people_in_unit(visit.unit_id) if visit.unit_id else []
        return "、".join(f"{host.name} {host.phone}" for host in hosts if host.phone)
    return getattr(visit, what) or ""


def _done(visit: Visit, act: Callable[[], None], then: str = "visitors.show") -> Page:
    """Do it; where somebody was faster, say so and show how things stand."""
    try:
        act()
    except passing.OutsideWindowError:
        flash(gettext("通行码现在不在有效时间内，请按现场来访登记。"), "error")
    except NotAllowedError:
        flash(gettext("这位访客的状态刚刚变了，请看现在的情况。"), "error")
    db.session.commit()
    return go(then) if then == "visitors.register" else go(then, visit_id=visit.id)


def _page(
    visit: Visit,
    decision: ReasonForm | None = None,
    reveal: RevealForm | None = None,
    shown: tuple[str, str] | None = None,
    guide: GuideForm | None = None,
) -> str:
    now = clock.now()
    return render_template(
        "visitors/show.html",
        visit=visit,
        may=MOVES[State(visit.state)],
        again=visit.may_come_again(now),
        hosts=people.people_in_unit(visit.unit_id) if visit.unit_id else [],
        history=timeline.history(visit),
        states=STATES,
        story=STORY,
        decision=decision or ReasonForm(formdata=None),
        reveal=reveal or RevealForm(formdata=None),
        reveals={what for what, (right, _act) in REVEALS.items() if allowed(right)},
        shown=shown,
        guide=guide or guide_form(visit),
        promises=promises(visit) if visit.group else [],
        by_telephone=told_by_telephone(),
        at=now,
    )


def guide_form(visit: Visit) -> GuideForm | None:
    if not visit.group:
        return None
    group = visit.group
    return GuideForm(
        guides(visit.community_id),
        guide_id=group.guide_id,
        meet_at=wall(group.meet_at),
        meeting_place=group.meeting_place,
        lead_at=wall(group.lead_at),
        see_off_at=wall(group.see_off_at),
    )


def guides(community_id: int) -> list[object]:
    """Who can lead a group: receptionists, managers and directors."""
    found = [*people.receptionists(community_id), *people.managers(community_id), *people.directors(community_id)]
    return list(dict.fromkeys(found))
