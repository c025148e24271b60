"""The household's own page behind its link: visitors expected, passes to forward, who looked at their records."""

from datetime import timedelta

from flask import abort, render_template
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from portal import clock, timeline
from portal.access import Right, link, needs
from portal.db import db
from portal.outbox import operations as outbox
from portal.outbox.rendering import link as address
from portal.people import links
from portal.people import queries as people
from portal.people.models import Household
from portal.people.rights import actor, find
from portal.timeline import Actor
from portal.visitors import queries
from portal.visitors.forms.household import BookForm, LinkForm
from portal.visitors.kinds import KINDS
from portal.visitors.models import Visit
from portal.visitors.moves import STATES, NotAllowedError
from portal.visitors.operations import passing
from portal.visitors.operations.registering import book, pass_again
from portal.visitors.qr import drawn
from portal.visitors.routes import area
from portal.web import go, limiter

Page = str | tuple[str, int] | Response
HOUSEHOLD = "household_visits"
LOOKS = {
    "visit_phone": _l("看了访客手机号码"),
    "visit_name": _l("看了访客姓名"),
    "visit_plate": _l("看了访客车牌"),
    "visit_document": _l("看了访客证件号码"),
    "visit_host_phone": _l("看了您家的联系电话"),
}


def household_of(token: str) -> Household:
    """The household whose live link this is; 404 or 410 otherwise, and 410 once it has moved out."""
    household = db.session.get_one(Household, links.open_link(HOUSEHOLD, token).subject_id)
    if household.ended_on and household.ended_on <= clock.local(clock.now()).date():
        abort(410)
    return household


@area.get("/h/<string:token>")
@link
def household(token: str) -> Page:
    home = household_of(token)
    coming, past = queries.of_household(home.id)
    return render_template(
        "visitors/household.html",
        home=home,
        community=queries.community(home.community_id),
        token=token,
        coming=coming,
        past=past,
        looks=queries.looks([*coming, *past]),
        acts=LOOKS,
        states=STATES,
        at=clock.now(),
    )


@area.get("/h/<string:token>/new")
@link
def expect(token: str) -> Page:
    return _book_page(token, household_of(token), BookForm(kind="guest"))


@area.post("/h/<string:token>/new")
@link
@limiter.limit("30 per hour")
def book_visit(token: str) -> Page:
    home, form = household_of(token), BookForm()
    if not form.validate_on_submit():
        return _book_page(token, home, form), 422
    made = book(
        form.told(home.unit_id, home.id),
        community=queries.community(home.community_id),
        channel="household",
        actor=_actor(home),
        form_key=form.key.data,
    )
    pass_token = made.token or pass_again(made.visit)
    db.session.commit()
    return go("visitors.show_pass", token=pass_token)


@area.post("/h/<string:token>/visits/<int:visit_id>/pass")
@link
def household_pass(token: str, visit_id: int) -> Page:
    """The pass once more, to forward."""
    visit = _own(household_of(token), visit_id)
    pass_token = pass_again(visit)
    db.session.commit()
    return go("visitors.show_pass", token=pass_token)


@area.post("/h/<string:token>/visits/<int:visit_id>/cancellation")
@link
def household_cancel(token: str, visit_id: int) -> Page:
    home = household_of(token)
    visit = _own(home, visit_id)
    try:
        passing.cancel(visit, _actor(home))
    except NotAllowedError:
        db.session.rollback()  # already inside, or over: the list says so
    db.session.commit()
    return go("visitors.household", token=token)


def _own(home: Household, visit_id: int) -> Visit:
    visit = db.session.get(Visit, visit_id)
    if visit is None or visit.household_id != home.id:
        abort(404)
    return visit


def _actor(home: Household) -> Actor:
    return Actor(gettext("%(door)s 住户", door=home.unit.label))


def _book_page(token: str, home: Household, form: BookForm) -> str:
    return render_template(
        "visitors/book.html",
        community=queries.community(home.community_id),
        form=form,
        home=home,
        token=token,
        kinds=KINDS,
    )


@area.get("/visitors/households/<int:household_id>/link")
@needs(Right.PERSON_REVEAL)
def household_link(household_id: int) -> Page:
    home = find(Household, household_id, Right.PERSON_REVEAL)
    return _link_page(home, LinkForm(data={"way": "mail" if _mailable(home) else "show"}))


@area.post("/visitors/households/<int:household_id>/link")
@needs(Right.PERSON_REVEAL)
def make_household_link(household_id: int) -> Page:
    """A link for the household: shown once here, or mailed to who lives there. Earlier ones end."""
    home, form = find(Household, household_id, Right.PERSON_REVEAL), LinkForm()
    to = _mailable(home)
    if form.validate_on_submit() and form.way.data == "mail" and not to:
        form.way.errors = [gettext("这一户没有登记邮箱，请当面出示。")]
    if form.errors or form.way.errors:
        return _link_page(home, form), 422
    links.end_all(HOUSEHOLD, home)
    token = links.make(HOUSEHOLD, home, timedelta(days=int(form.lasts.data)))
    timeline.record(home, "visit_link", actor(), became=form.way.data, reason=form.reason.data)
    if form.way.data == "mail":
        _mail(home, to, token, form.key.data)
    db.session.commit()
    url = address("visitors.household", token=token)
    shown = form.way.data == "show"
    return _link_page(home, form, url=url if shown else None, qr=drawn(url) if shown else None, sent=len(to))


def _mailable(home: Household) -> list[outbox.To]:
    return [
        outbox.To(person.email, person.language, person.name, person_id=person.id)
        for person in people.people_in_unit(home.unit_id)
        if person.email
    ]


def _mail(home: Household, to: list[outbox.To], token: str, key: str) -> None:
    outbox.send(
        "visit_household_link",
        to,
        community_id=home.community_id,
        key=f"visit-household-link:{home.id}:{key}",
        subject_type=home.__tablename__,
        subject_id=home.id,
        home=home,
        token=token,
    )


def _link_page(home: Household, form: LinkForm, *, url: str | None = None, qr: str | None = None, sent: int = 0) -> str:
    return render_template(
        "visitors/household_link.html", home=home, form=form, url=url, qr=qr, sent=sent, to=_mailable(home)
    )
