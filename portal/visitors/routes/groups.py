"""Groups, inspections, tours: announced, given a guide, met, led and seen off (VIS-3)."""

from datetime import timedelta

from flask import abort, flash, render_template
from flask_babel import gettext
from werkzeug.wrappers import Response

from portal import clock
from portal.access import Right, needs
from portal.db import db
from portal.people.models import User
from portal.people.rights import actor, current_community, find
from portal.standards.queries import open_promises_of
from portal.visitors import queries
from portal.visitors.forms.desk import GroupForm, GuideForm, instant
from portal.visitors.kinds import KINDS
from portal.visitors.models import Visit
from portal.visitors.moves import STATES, NotAllowedError
from portal.visitors.operations import groups
from portal.visitors.operations.registering import Told, book
from portal.visitors.routes import area
from portal.visitors.routes.visit import _page, guide_form, guides
from portal.web import go

Page = str | tuple[str, int] | Response
EARLY = timedelta(hours=1)  # a group that comes before its time is let in


@area.get("/visitors/groups")
@needs(Right.VISITOR_GUARD)
def group_list() -> Page:
    visits = queries.groups_ahead(current_community().id, clock.now())
    promised = open_promises_of(Visit.__tablename__, [visit.id for visit in visits])
    return render_template("visitors/groups.html", visits=visits, promised=promised, states=STATES)


@area.get("/visitors/groups/new")
@needs(Right.VISITOR_GUARD)
def new_group() -> Page:
    return render_template("visitors/group_new.html", form=GroupForm(guides(current_community().id)))


@area.post("/visitors/groups/new")
@needs(Right.VISITOR_GUARD)
def add_group() -> Page:
    here = current_community()
    form = GroupForm(guides(here.id))
    if not form.validate_on_submit():
        return render_template("visitors/group_new.html", form=form), 422
    made = book(_told(form), community=here, channel="desk", actor=actor(), form_key=form.key.data)
    if made.fresh:
        _arrange(made.visit, form)
    db.session.commit()
    return go("visitors.show", visit_id=made.visit.id)


def _told(form: GroupForm) -> Told:
    meet_at = instant(form.meet_at.data)
    assert meet_at is not None  # noqa: S101 - validated
    return Told(
        kind="group",
        name=form.name.data or None,
        phone=form.phone.data or None,
        purpose=form.purpose.data if form.purpose.data in KINDS["group"].purposes else None,
        people=form.people.data,
        organisation=form.organisation.data,
        starts_at=meet_at - EARLY,
        ends_at=(instant(form.see_off_at.data) or meet_at) + KINDS["group"].limit,
    )


@area.post("/visitors/<int:visit_id>/guide")
@needs(Right.VISITOR_GUARD)
def set_guide(visit_id: int) -> Page:
    visit = find(Visit, visit_id, Right.VISITOR_GUARD)
    form = guide_form(visit)
    if form is None:
        abort(404)
    if not form.validate_on_submit():
        return _page(visit, guide=form), 422
    _arrange(visit, form)
    db.session.commit()
    return go("visitors.show", visit_id=visit.id)


@area.post("/visitors/<int:visit_id>/moments/<string:moment>")
@needs(Right.VISITOR_GUARD)
def note_moment(visit_id: int, moment: str) -> Page:
    """Met, led or seen off, now."""
    visit = find(Visit, visit_id, Right.VISITOR_GUARD)
    if visit.group is None or moment not in groups.MOMENTS:
        abort(404)
    try:
        groups.note(visit, moment, actor())
    except NotAllowedError:
        flash(gettext("这一步刚才已经记下了。"))
    db.session.commit()
    return go("visitors.show", visit_id=visit.id)


def _arrange(visit: Visit, form: GuideForm) -> None:
    meet_at = instant(form.meet_at.data)
    assert meet_at is not None  # noqa: S101 - validated
    groups.arrange(
        visit,
        actor(),
        guide=db.session.get_one(User, form.guide_id.data),
        meet_at=meet_at,
        lead_at=instant(form.lead_at.data),
        see_off_at=instant(form.see_off_at.data),
        meeting_place=form.meeting_place.data or None,
        reason=form.reason.data or None,
    )
