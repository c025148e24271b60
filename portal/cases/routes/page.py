"""What the handlers of a case's page share: the page itself, and the one way in which a form becomes a verb."""

from collections.abc import Callable
from typing import Any

from flask import flash, render_template, session
from flask_babel import LazyString
from werkzeug.wrappers import Response

from portal import timeline
from portal.access import Role
from portal.cases import queries
from portal.cases.forms.acts import WithPromise, WithStaff, forms_for
from portal.cases.forms.fields import ActForm
from portal.cases.models import Case
from portal.cases.operations import NotAllowedError
from portal.cases.operations.closing import missing, needs_reason
from portal.db import db
from portal.people import queries as people
from portal.people.models import User
from portal.standards import queries as standards
from portal.web import go

Page = str | tuple[str, int] | Response
BREAKS = ("broken", "kept_late")  # of the changes of its promises, those that belong in a case's own history
STAFF_ROLES = (Role.RECEPTIONIST, Role.TECHNICIAN, Role.MANAGER, Role.DIRECTOR)


def case_page(case: Case, failed: ActForm | None = None) -> str:
    """The whole page of a case, with the form that failed as it was filled in."""
    promises = standards.promises(case)
    changes = [entry for entry, _promise in standards.changes_of(case)]
    told = [entry for entry in changes if entry.verb in BREAKS]
    history = sorted([*timeline.history(case), *told], key=lambda entry: (entry.at, entry.id), reverse=True)
    forms = forms_for(case, failed)
    offer_choices(case, forms.values())
    return render_template(
        "cases/show.html",
        case=case,
        kind=case.of_kind,
        forms=forms,
        failed=failed.key if failed else None,
        refusals=failed.form_errors if failed else [],
        typed=[field.data for field in failed if isinstance(field.data, str)] if failed else [],
        promises=promises,
        open_promises=standards.open_promises(case),
        promise_by_id={promise.id: promise for promise in promises},
        history=history,
        changes=list(reversed(changes)),
        lacks=missing(case) if case.is_settled and case.is_open else [],
        needs_reason=needs_reason(case) if case.is_settled else False,
        targets=queries.merge_targets(case) if case.is_open and not case.is_settled else [],
        moves=case.moves(),
    )


def offer_choices(case: Case, forms: Any) -> None:
    """Fill in whom and which promise the forms may name: the kind's own handlers first."""
    own = [user for role in case.of_kind.handlers for user in people.staff_with_role(case.community_id, role)]
    others = [user for role in STAFF_ROLES for user in people.staff_with_role(case.community_id, role)]
    staff = list(dict.fromkeys([*own, *others]))
    open_ones = standards.open_promises(case)
    for form in forms:
        if isinstance(form, WithStaff):
            form.offer(staff)
        if isinstance(form, WithPromise):
            form.offer(open_ones)


def act(case: Case, form: ActForm, verb: Callable[[], object], done: str | LazyString) -> Page:
    """Where the form is well filled in and the case allows it: the verb, one commit, what was done told, back to the
    page. Else the page again with what was typed and why not, and nothing is changed."""
    offer_choices(case, [form])
    if form.validate_on_submit():
        try:
            verb()
        except NotAllowedError as refusal:
            db.session.rollback()
            form.refuse(str(refusal))
        else:
            db.session.commit()
            flash(str(done))
            return go("cases.show", case_id=case.id)
    return case_page(case, form), 422


def to_receipt(case: Case, code: str, token: str) -> Response:
    """On to the receipt. Its code and link are stored as hashes only; the browser of who made it keeps them until the
    next one, so that the page can be printed and loaded again without making a second case."""
    session["receipt"] = {"case": case.id, "code": code, "token": token}
    return go("cases.received", case_id=case.id)


def user_named(form: WithStaff) -> User:
    """The member of staff that the form names; validation has made sure of one of the choices."""
    return db.session.get_one(User, form.user_id.data)
