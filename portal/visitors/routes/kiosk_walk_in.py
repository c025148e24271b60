"""A walk-in at the kiosk: one question a page, each answer a POST that leads on (VIS-1)."""

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from portal.access import kiosk
from portal.db import db
from portal.people.rights import actor, current_community, current_kiosk
from portal.visitors import queries
from portal.visitors.forms.kiosk import STEPS, CodeForm, StepForm
from portal.visitors.kinds import KINDS, Kind, Step
from portal.visitors.models import VisitDraft
from portal.visitors.operations import drafts
from portal.visitors.operations.registering import Told, walk_in
from portal.visitors.routes import area
from portal.visitors.routes.kiosk_own import begun, own

Page = str | tuple[str, int] | Response


@area.get("/kiosk/visit")
@kiosk
def kiosk_start() -> Page:
    return render_template("kiosk/visit_start.html", kinds=KINDS, form=CodeForm(), back=None)


@area.get("/kiosk/visit/new/<string:kind>")
@kiosk
def kiosk_new(kind: str) -> Page:
    """The first question. Nothing is kept before it is answered."""
    asked = _kind(kind)
    return _question(asked, asked.steps[0], STEPS[asked.steps[0]](asked, current_community().id))


@area.post("/kiosk/visit/new/<string:kind>")
@kiosk
def kiosk_begin(kind: str) -> Page:
    asked = _kind(kind)
    form = STEPS[asked.steps[0]](asked, current_community().id)
    if not form.validate_on_submit():
        return _question(asked, asked.steps[0], form), 422
    _draft, token = drafts.begin(current_kiosk(), asked.key, **form.kept())
    db.session.commit()
    begun(token)
    return _on_to("visitors.kiosk_step", token=token, step=asked.steps[1])


@area.get("/kiosk/visit/draft/<string:token>/<string:step>")
@kiosk
def kiosk_step(token: str, step: str) -> Page:
    draft = own(token)
    if draft is None:
        return _too_old()
    if draft.visit_id:
        return _on_to("visitors.kiosk_pass", token=token)
    kind, asked = KINDS[draft.kind], _step(draft, step)
    form = STEPS[asked](kind, draft.community_id, **drafts.answers(draft))
    return _question(kind, asked, form, token)


@area.post("/kiosk/visit/draft/<string:token>/<string:step>")
@kiosk
def kiosk_answer(token: str, step: str) -> Page:
    """An answer. The last one registers the visit; sent again it leads to the same pass."""
    draft = own(token)
    if draft is None:
        return _too_old()
    drafts.hold(draft)
    if draft.visit_id:
        return _on_to("visitors.kiosk_pass", token=token)
    kind, asked = KINDS[draft.kind], _step(draft, step)
    form = STEPS[asked](kind, draft.community_id, **drafts.answers(draft))
    if not form.validate_on_submit():
        return _question(kind, asked, form, token), 422
    drafts.answer(draft, **form.kept())
    following = kind.after(asked) or _missing(kind, draft)
    if following is None:
        _register(draft)
    db.session.commit()
    if following is None:
        return _on_to("visitors.kiosk_pass", token=token)
    return _on_to("visitors.kiosk_step", token=token, step=following)


def _on_to(endpoint: str, **values: Any) -> Response:
    """A plain redirect for htmx too: it follows, and takes the next question out of that page. A visitor's few
    seconds are not spent on loading the same style and scripts five times (VIS-1)."""
    return redirect(url_for(endpoint, **values), 303)


def _register(draft: VisitDraft) -> None:
    told = {key: value for key, value in drafts.answers(draft).items() if key not in ("building", "room")}
    unit_id = told.get("unit_id")
    made = walk_in(
        Told(kind=draft.kind, household_id=queries.current_household_id(unit_id), **told),
        community=current_community(),
        channel="kiosk",
        actor=actor(),
    )
    drafts.spend(draft, made.visit, made.token)


def _missing(kind: Kind, draft: VisitDraft) -> Step | None:
    """A question passed over by typing an address."""
    named = {Step.ROOM: "unit_id"}
    known = drafts.answers(draft)
    return next((step for step in kind.steps if named.get(step, step.value) not in known), None)


def _question(kind: Kind, step: Step, form: StepForm, token: str | None = None) -> str:
    before = kind.before(step)
    if before is None or token is None:
        back = url_for("visitors.kiosk_start")
    else:
        back = url_for("visitors.kiosk_step", token=token, step=before)
    return render_template(
        "kiosk/visit_step.html",
        kind=kind,
        step=step,
        now_at=kind.steps.index(step) + 2,
        of=len(kind.steps) + 1,
        form=form,
        action=request.path,
        back=back,
    )


def _kind(key: str) -> Kind:
    if key not in KINDS:
        abort(404)
    return KINDS[key]


def _step(draft: VisitDraft, step: str) -> Step:
    if step not in KINDS[draft.kind].steps:
        abort(404)
    return Step(step)


def _too_old() -> Response:
    flash(gettext("刚才的登记已清空，请从这里重新开始。"))
    return _on_to("visitors.kiosk_start")
