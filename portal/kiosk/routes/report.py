"""Repair, complaint, suggestion, enquiry: one question a page, check the answers, a receipt (CASE-1, CASE-10)."""

from typing import Any

from flask import abort, current_app, render_template, session, url_for
from werkzeug.wrappers import Response

from portal.access import kiosk
from portal.cases.kinds import KINDS
from portal.cases.models import Case
from portal.db import db
from portal.kiosk import drafts, said
from portal.kiosk.flows import FLOWS, Answers, Flow, Step
from portal.kiosk.forms import Question
from portal.kiosk.models import Draft
from portal.kiosk.requests import is_urgent, said_back
from portal.kiosk.routes import area
from portal.people.rights import actor, current_kiosk
from portal.qr import svg
from portal.web import go, language

Page = str | tuple[str, int] | Response
CHECK, DONE = "check", "done"
KIND = "<any(repair, complaint, suggestion, enquiry):kind>"


@area.get("/kiosk/voice")
@kiosk
def voice() -> str:
    """投诉与建议: which of the two."""
    return render_template("kiosk/voice.html", back=url_for("kiosk.home"))


@area.get(f"/kiosk/{KIND}/")
@kiosk
def start(kind: str) -> Response:
    return go("kiosk.question", kind=kind, step=FLOWS[kind].steps[0].key)


@area.route(f"/kiosk/{KIND}/<string:step>", methods=["GET", "POST"])
@kiosk
def question(kind: str, step: str) -> Page:
    flow, draft = FLOWS[kind], _draft(kind)
    answers = drafts.read(draft) if draft and draft.case_id is None else {}
    asked = flow.step(step, answers)
    if asked is None or (not answers and asked is not flow.steps[0]):
        return go("kiosk.start", kind=kind)
    form = asked.form(kind, answers, data=_prefilled(kind, asked, answers))
    if not form.validate_on_submit():
        page = _question(flow, asked, form, answers)
        return (page, 422) if form.errors else page
    if draft is None or draft.case_id is not None:
        draft, session["draft"] = drafts.begin(current_kiosk(), kind)
    answers = drafts.add(draft, form.kept())
    db.session.commit()
    following = flow.open(answers)
    if following is None:
        return go("kiosk.check", kind=kind)
    return go("kiosk.question", kind=kind, step=following.key)


@area.get(f"/kiosk/{KIND}/check")
@kiosk
def check(kind: str) -> Page:
    draft = _draft(kind)
    if draft is None:
        return go("kiosk.home")
    if draft.case_id is not None:
        return go("kiosk.done", kind=kind)
    answers, flow = drafts.read(draft), FLOWS[kind]
    missing = flow.open(answers)
    if missing is not None:
        return go("kiosk.question", kind=kind, step=missing.key)
    last = flow.before(CHECK, answers)
    return render_template(
        "kiosk/check.html",
        kind=KINDS[kind],
        steps=flow.asked(answers),
        said=said_back(kind, answers, language()),
        urgent=is_urgent(kind, answers),
        back=url_for("kiosk.question", kind=kind, step=last.key) if last else None,
    )


@area.post(f"/kiosk/{KIND}/check")
@kiosk
def send(kind: str) -> Response:
    """The act itself, once for each draft: a second tap, or the same page sent again, leads to the same receipt."""
    draft = _draft(kind)
    if draft is None:
        return go("kiosk.home")
    try:
        drafts.send(draft, language(), actor())
    except ValueError:
        return go("kiosk.check", kind=kind)
    db.session.commit()
    return go("kiosk.done", kind=kind)


@area.get(f"/kiosk/{KIND}/done")
@kiosk
def done(kind: str) -> Page:
    draft = _draft(kind)
    if draft is None or draft.case_id is None:
        return go("kiosk.home")
    case = db.session.get(Case, draft.case_id) or abort(404)
    receipt = drafts.read(draft)
    link = current_app.config["PUBLIC_URL"] + url_for("cases.receipt", token=receipt["token"])
    return render_template(
        "kiosk/done.html",
        case=case,
        code=receipt["code"],
        link=link,
        qr=svg(link),
        promised=said.next_to_hear(case),
    )


def _draft(kind: str) -> Draft | None:
    return drafts.find(current_kiosk(), kind, session.get("draft"))


def _prefilled(kind: str, step: Step, answers: Answers) -> dict[str, Any]:
    """What the person answered before; for an enquiry, what they looked for in vain."""
    if kind == "enquiry" and step.key == "words" and "words" not in answers:
        return {"words": session.get("looked_for", "")}
    return dict(answers)


def _question(flow: Flow, step: Step, form: Question, answers: Answers) -> str:
    asked = flow.asked(answers)
    before = flow.before(step.key, answers)
    return render_template(
        f"kiosk/question_{step.key}.html",
        kind=KINDS[flow.kind],
        form=form,
        step=step,
        now_at=asked.index(step) + 1,
        of=len(asked) + 1,
        answers=answers,
        back=url_for("kiosk.question", kind=flow.kind, step=before.key) if before else _way_in(flow.kind),
    )


def _way_in(kind: str) -> str:
    """Where the flow is come from."""
    if kind in ("complaint", "suggestion"):
        return url_for("kiosk.voice")
    return url_for("kiosk.answers") if kind == "enquiry" else url_for("kiosk.home")
