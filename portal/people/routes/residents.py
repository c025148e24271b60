"""Residents: find them, see a unit's household, correct and move people, see one number in full with a reason."""

from typing import Any

from flask import abort, flash, render_template, request
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from werkzeug.wrappers import Response

from portal.access import Right, needs
from portal.db import db
from portal.people import households, queries
from portal.people.households import AlreadyThereError
from portal.people.models import Member, Person, Relation, Unit
from portal.people.resident_forms import (
    MemberForm,
    MoveOutForm,
    NewHouseholdForm,
    NewMemberForm,
    PersonForm,
    RevealForm,
)
from portal.people.rights import actor, current_community, find
from portal.people.roster import words
from portal.people.routes import area
from portal.timeline import audit, history
from portal.web import answer, go

Page = str | tuple[str, int] | Response
KINDS = {"home": _("住宅"), "shop": _("商铺"), "office": _("写字楼"), "parking": _("车位")}
VERBS = {
    "imported": _("由名册导入"),
    "changed": _("更新"),
    "special": _("标为特殊客户"),
    "not_special": _("取消特殊客户"),
    "joined": _("加入住户"),
    "member_changed": _("更正身份或日期"),
    "moved_out": _("登记搬离"),
    "begun": _("登记新住户"),
    "ended": _("结束原住户"),
    "visit_link": _("生成访客预约链接"),
}


@area.app_template_global("people_words")
def people_words() -> dict[str, Any]:
    """The words of residents' pages: relations, kinds of unit, what happened, and names of fields."""
    return {"relations": words.RELATIONS, "kinds": KINDS, "verbs": VERBS, "fields": words.fields}


@area.get("/people/")
@needs(Right.PERSON_SEE)
def search() -> Page:
    """By unit, name, number in full or its last four digits."""
    here, q = current_community().id, request.args.get("q", "").strip()[:60]
    units = queries.find_unit(here, q) if q else []
    found = queries.find_people(here, q) if q else []
    return answer("people/residents.html", "people/_residents.html", q=q, units=units, people=found)


@area.get("/people/units/<int:unit_id>")
@needs(Right.PERSON_SEE)
def unit(unit_id: int) -> Page:
    return _unit_page(find(Unit, unit_id, Right.PERSON_SEE), NewHouseholdForm())


def _unit_page(place: Unit, form: NewHouseholdForm) -> str:
    members, moved = queries.members_in_unit(place.id), queries.moved_out(place.id)
    past = queries.past_households(place.id)
    everyone = [*members, *moved, *(member for home in past for member in home.members)]
    return render_template(
        "people/household.html",
        unit=place,
        home=queries.household_now(place.id),
        members=members,
        past=past,
        moved=moved,
        names={member.person_id: member.person.name for member in everyone},
        history=queries.unit_history(place),
        form=form,
    )


@area.post("/people/units/<int:unit_id>/households")
@needs(Right.ROSTER)
def begin_household(unit_id: int) -> Page:
    place, form = find(Unit, unit_id, Right.ROSTER), NewHouseholdForm()
    if not form.validate_on_submit():
        return _unit_page(place, form), 422
    households.begin_household(place, form.why.data, form.on.data, actor(), form.reason.data)
    db.session.commit()
    flash(gettext("已登记新住户，原住户留在历史里。接下来请添加住户成员。"))
    return go("people.new_member", unit_id=unit_id)


@area.route("/people/units/<int:unit_id>/members/new", methods=["GET", "POST"])
@needs(Right.ROSTER)
def new_member(unit_id: int) -> Page:
    place, form = find(Unit, unit_id, Right.ROSTER), NewMemberForm()
    form.drop_phones.choices = []
    if form.validate_on_submit():
        try:
            households.add_member(place, form.values, Relation(form.relation.data), form.from_on.data, actor())
        except AlreadyThereError:
            db.session.rollback()
            form.relation.errors = [
                gettext("这个人已经是这一户的%(as)s。", **{"as": words.RELATIONS[form.relation.data]})
            ]
        else:
            db.session.commit()
            return go("people.unit", unit_id=unit_id)
    page = render_template("people/member_new.html", unit=place, form=form)
    return (page, 422) if form.errors else page


@area.route("/people/members/<int:member_id>", methods=["GET", "POST"])
@needs(Right.ROSTER)
def member(member_id: int) -> Page:
    """Correct relation and first day; the way to move someone out."""
    row = find(Member, member_id, Right.ROSTER)
    form = MemberForm(obj=row)
    if form.validate_on_submit():
        try:
            households.change_member(row, Relation(form.relation.data), form.from_on.data, actor())
        except AlreadyThereError:
            db.session.rollback()
            form.relation.errors = [gettext("这个人已有这个身份。")]
        else:
            db.session.commit()
            return go("people.unit", unit_id=row.household.unit_id)
    page = render_template("people/member.html", member=row, form=form, leaving=MoveOutForm(formdata=None))
    return (page, 422) if form.errors else page


@area.post("/people/members/<int:member_id>/departure")
@needs(Right.ROSTER)
def move_out(member_id: int) -> Page:
    row, form = find(Member, member_id, Right.ROSTER), MoveOutForm()
    if not form.validate_on_submit():
        page = render_template("people/member.html", member=row, form=MemberForm(formdata=None, obj=row), leaving=form)
        return page, 422
    households.move_out(row, form.on.data, actor(), form.reason.data)
    db.session.commit()
    flash(gettext("%(name)s 的搬离已登记，以前的记录保留。", name=row.person.name))
    return go("people.unit", unit_id=row.household.unit_id)


@area.get("/people/persons/<int:person_id>")
@needs(Right.PERSON_SEE)
def person(person_id: int) -> Page:
    row = find(Person, person_id, Right.PERSON_SEE)
    return _person_page(row, RevealForm(formdata=None))


def _person_page(row: Person, form: RevealForm, shown: tuple[str, str] | None = None) -> str:
    places = queries.households_of(row.id)
    return render_template(
        "people/person.html", person=row, places=places, form=form, shown=shown, history=history(row)[::-1]
    )


@area.post("/people/persons/<int:person_id>/reveal")
@needs(Right.PERSON_REVEAL)
def reveal(person_id: int) -> Page:
    """One number in full, in this answer only; who looked and why is kept."""
    row, form = find(Person, person_id, Right.PERSON_REVEAL), RevealForm()
    numbers = {f"phone-{phone.id}": phone.number for phone in row.phones}
    if row.document:
        numbers["document"] = row.document
    if not form.validate_on_submit():
        return _person_page(row, form), 422
    what = form.what.data
    if what not in numbers:
        abort(404)
    audit(f"reveal_{what.partition('-')[0]}", actor(), subject=row, reason=form.reason)
    db.session.commit()
    return _person_page(row, RevealForm(formdata=None), (what, numbers[what]))


@area.route("/people/persons/<int:person_id>/edit", methods=["GET", "POST"])
@needs(Right.ROSTER)
def edit_person(person_id: int) -> Page:
    row = find(Person, person_id, Right.ROSTER)
    plain = {name: getattr(row, name) for name in ("name", "email", "language", "special", "special_reason")}
    form = PersonForm(data=plain).of(row)
    if form.validate_on_submit():
        households.correct(row, form.values, actor())
        db.session.commit()
        return go("people.person", person_id=person_id)
    page = render_template("people/person_edit.html", person=row, form=form)
    return (page, 422) if form.errors else page
