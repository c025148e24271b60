"""One case: its page, its photos, its receipt for the customer, the caller's number in full."""

from flask import Response as FileResponse
from flask import abort, render_template, session
from flask_babel import gettext

from portal import files, timeline
from portal.access import Right, needs
from portal.cases import operations, queries
from portal.cases.forms.acts import PhotosForm, RevealForm
from portal.cases.models import Case
from portal.cases.routes import area
from portal.cases.routes.page import Page, act, case_page, to_receipt
from portal.db import db
from portal.outbox.rendering import link
from portal.people.rights import actor, find
from portal.secret import without_numbers
from portal.web import go


@area.get("/cases/<int:case_id>")
@needs(Right.DESK)
def show(case_id: int) -> Page:
    return case_page(find(Case, case_id, Right.DESK))


@area.get("/cases/<int:case_id>/photos/<int:photo_id>")
@needs(Right.DESK)
def photo(case_id: int, photo_id: int) -> FileResponse:
    case = find(Case, case_id, Right.DESK)
    found = queries.photo(case, photo_id) or abort(404)
    return files.serve(found.name, f"{case.number}-{found.id}.jpg")


@area.post("/cases/<int:case_id>/photos")
@needs(Right.CASE_WORK)
def add_photos(case_id: int) -> Page:
    case, form = find(Case, case_id, Right.CASE_WORK), PhotosForm()
    return act(
        case,
        form,
        lambda: operations.add_photos(case, form.photos.pictures, actor()),
        gettext("照片加上了。"),
    )


@area.post("/cases/<int:case_id>/receipt")
@needs(Right.CASE_TAKE)
def new_receipt_code(case_id: int) -> Page:
    """A receipt in place of a lost one: a new code and a new link."""
    case = find(Case, case_id, Right.CASE_TAKE)
    code, token = operations.new_code(case, actor()), operations.new_receipt(case)
    db.session.commit()
    return to_receipt(case, code, token)


@area.get("/cases/<int:case_id>/received")
@needs(Right.CASE_TAKE)
def received(case_id: int) -> Page:
    """The receipt that this browser has just made: number, code, QR, by when the customer hears from us."""
    case, made = find(Case, case_id, Right.CASE_TAKE), session.get("receipt") or {}
    if made.get("case") != case.id:
        return go("cases.show", case_id=case.id)
    url = link("cases.receipt", token=made["token"])
    return render_template(
        "cases/received.html", case=case, code=made["code"], url=url, view=queries.customer_view(case)
    )


@area.post("/cases/<int:case_id>/phone")
@needs(Right.PERSON_REVEAL)
def reveal(case_id: int) -> Page:
    """The caller's number in full: with a reason, and on record."""
    case, form = find(Case, case_id, Right.PERSON_REVEAL), RevealForm()
    if not form.validate_on_submit():
        return case_page(case, form), 422
    reason = str(form.reason.data)
    timeline.audit("reveal", actor(), subject=case, reason=reason)
    timeline.record(case, "revealed", actor(), reason=without_numbers(reason))
    db.session.commit()
    return render_template("cases/phone.html", case=case)
