"""A case comes in at the desk: the form, the household behind a number, one page for a whole telephone call."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from flask import flash, render_template, request
from flask_babel import gettext
from werkzeug.wrappers import Response

from portal import timeline
from portal.access import Right, needs
from portal.cases import operations, queries
from portal.cases.forms.intake import CaseForm
from portal.cases.kinds import KINDS
from portal.cases.models import Case
from portal.cases.operations import Caller, NotAllowedError, Received
from portal.cases.routes import area
from portal.cases.routes.page import Page, to_receipt
from portal.cases.stages import How
from portal.db import db
from portal.people import queries as people
from portal.people.models import Person
from portal.people.numbers import clean_phone
from portal.people.rights import actor, allowed, current_community, current_user, find
from portal.standards import queries as standards
from portal.visitors import queries as visitors
from portal.web import answer, go, row_id

FROM_ADDRESS = ("kind", "unit", "caller_name", "phone", "channel", "title")


@area.route("/cases/new", methods=["GET", "POST"])
@needs(Right.CASE_TAKE)
def new() -> Page:
    """The form; what it makes leads on to the receipt."""
    place = current_community()
    persons = _persons(place.id, request.values.get("unit", ""), request.values.get("person_id", type=row_id))
    asked: dict[str, Any] = {name: request.args.get(name) for name in FROM_ADDRESS if request.args.get(name)}
    form = CaseForm(place.id, persons, data={**asked, "person_id": request.args.get("person_id", type=row_id) or 0})
    if form.validate_on_submit():
        try:
            received = _receive(form, place.id)
        except NotAllowedError as refusal:
            db.session.rollback()
            form.refuse(str(refusal))
        else:
            db.session.commit()
            return to_receipt(received.case, received.code, received.token)
    page = render_template("cases/new.html", form=form, persons=persons, cases=_same_unit(place.id, form))
    return (page, 422) if form.errors else page


def _receive(form: CaseForm, community_id: int) -> Received:
    person = form.person
    caller = Caller(
        name=form.caller_name.data or person.name,
        phone=form.phone.data or (person.phone if person else None),
        email=form.email.data or (person.email if person else None),
        person_id=person.id if person else None,
        language=person.language if person else form.caller_language.data,
    )
    return operations.receive(
        form.kind.data,
        community_id=community_id,
        channel=form.channel.data,
        caller=caller,
        title=form.said,
        detail=form.detail.data,
        category=form.phrase.key if form.phrase else None,
        unit_id=form.the_unit.id if form.the_unit else None,
        place=form.place.data or None,
        urgent=form.urgent.data,
        paid=form.paid.data and form.kind.data == "repair",
        photos=form.photos.pictures,
        first_owner_id=current_user().id if allowed(Right.DESK) else None,
        word_at=form.word_at.data,
        posted_at=form.posted_at.data,
        forwarded_at=form.forwarded_at.data,
        post_url=form.post_url.data or None,
        actor=actor(),
    )


def _persons(community_id: int, unit: str, person_id: int | None) -> list[Any]:
    """Who may be calling: those who live at the door typed, and the person named in the address."""
    doors = people.find_unit(community_id, unit) if unit.strip() else []
    found = [person for door in doors[:3] for person in people.people_in_unit(door.id)]
    if person_id and person_id not in {person.id for person in found}:
        named = db.session.scalar(sa.select(Person).where(Person.id == person_id, Person.community_id == community_id))
        found += [named] if named else []
    return found


def _same_unit(community_id: int, form: CaseForm) -> Sequence[Case]:
    doors = people.find_unit(community_id, form.unit.data) if form.unit.data else []
    cases = queries.cases_of_units(community_id, [door.id for door in doors[:3]]) if doors else []
    return [case for case in cases if case.is_open]


@area.get("/cases/household")
@needs(Right.CASE_TAKE)
def household() -> str:
    """A fragment beside the form: who lives at the door typed, and what is open there."""
    place = current_community()
    form = CaseForm(place.id, [], formdata=None, data={"unit": request.args.get("unit", "")})
    persons = _persons(place.id, form.unit.data, None)
    return render_template("cases/_household.html", persons=persons, cases=_same_unit(place.id, form), chosen=0)


@area.get("/cases/call")
@needs(Right.CASE_TAKE)
def call() -> Response:
    """One page for a whole call: by number, name or door to the household, its cases and visits, and what to do."""
    place, q = current_community(), request.args.get("q", "").strip()[:80]
    persons = people.find_people(place.id, q) if q else []
    homes = [member.household for person in persons for member in person.memberships if not member.to_on]
    doors = list(dict.fromkeys([*people.find_unit(place.id, q), *(home.unit for home in homes)])) if q else []
    cases = list(dict.fromkeys(queries.cases_of_callers(place.id, q)))
    cases += [case for case in queries.cases_of_units(place.id, [door.id for door in doors]) if case not in cases]
    return answer(
        "cases/call.html",
        "cases/_found.html",
        q=q,
        number=clean_phone(q),
        persons=persons,
        doors=doors,
        cases=cases,
        promises=standards.open_promises_of(Case.__tablename__, [case.id for case in cases]),
        visits=_visits(doors),
        kinds=KINDS,
    )


def _visits(doors: Sequence[Any]) -> list[Any]:
    homes = [home for door in doors[:3] if (home := people.household_now(door.id))]
    return [visit for home in homes for visit in visitors.of_household(home.id)[0]]


@area.post("/cases/<int:case_id>/calls")
@needs(Right.CASE_TAKE)
def note_call(case_id: int) -> Page:
    """The customer called about a case that is there already: noted, and whoever works on it is told."""
    case = find(Case, case_id, Right.CASE_TAKE)
    said = request.form.get("text", "").strip()[:2000]
    q = request.form.get("q", "")[:80]
    if not said:
        flash(gettext("请写出客户说了什么。"), "error")
        return go("cases.call", q=q)
    operations.customer_word(case, said, How.TELEPHONE, actor())
    timeline.audit("call", actor(), subject=case)
    db.session.commit()
    flash(gettext("来电记在 %(number)s 上了，处理人收到了通知。", number=case.number))
    return go("cases.call", q=q)
