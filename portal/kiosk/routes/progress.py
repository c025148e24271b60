"""我的进度: by the receipt code on the pad, masked; from there confirm, give back, agree to a plan (CASE-1)."""

from collections.abc import Callable
from datetime import timedelta

from flask import Response as FlaskResponse
from flask import abort, flash, redirect, render_template, session, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from portal import clock
from portal.access import kiosk
from portal.cases import operations as cases
from portal.cases import queries
from portal.cases.models import Case
from portal.cases.operations import NotAllowedError
from portal.cases.stages import How
from portal.db import db
from portal.kiosk import said
from portal.kiosk.forms import CodeForm, ReasonForm
from portal.kiosk.routes import area
from portal.people.guard import device_key
from portal.people.rights import actor, current_community
from portal.web import go, limiter

Page = str | tuple[str, int] | Response
STAYS = timedelta(minutes=5)
GUESSES = "5 per 10 minutes;30 per day"  # only wrong ones count


def _wrong(response: FlaskResponse) -> bool:
    return response.status_code == 422


@area.get("/kiosk/progress")
@kiosk
def progress() -> str:
    return render_template("kiosk/progress.html", form=CodeForm(), back=url_for("kiosk.home"))


@area.post("/kiosk/progress")
@kiosk
@limiter.limit(GUESSES, key_func=device_key, deduct_when=_wrong)
def find_progress() -> Page:
    form = CodeForm()
    if form.validate_on_submit():
        case = queries.by_code(current_community().id, str(form.code.data))
        if case is not None:
            session.update(case=case.id, case_at=clock.now().timestamp())
            return redirect(url_for("kiosk.my_case"), 303)
        form.code.errors = [gettext("没有这个回执码，请对照回执再按一次；回执丢了请呼叫前台。")]
    return render_template("kiosk/progress.html", form=form, back=url_for("kiosk.home")), 422


@area.get("/kiosk/progress/case")
@kiosk
def my_case() -> Page:
    case = _case()
    if case is None:
        return go("kiosk.progress")
    return render_template(
        "kiosk/case.html",
        view=queries.customer_view(case),
        promised=said.next_to_hear(case.main or case),
        back=url_for("kiosk.progress"),
    )


@area.post("/kiosk/progress/confirmation")
@kiosk
def confirm() -> Page:
    return _act(
        lambda case: cases.confirm(case, How.KIOSK, _who(case), actor()), gettext("谢谢，已记下：您确认解决了。")
    )


@area.post("/kiosk/progress/agreement")
@kiosk
def agree() -> Page:
    return _act(
        lambda case: cases.agree(case, How.KIOSK, _who(case), actor()), gettext("已记下您的同意，我们按方案上门。")
    )


@area.route("/kiosk/progress/return", methods=["GET", "POST"])
@kiosk
def send_back() -> Page:
    return _with_reason(
        "kiosk/send_back.html",
        gettext("哪里还没有解决？"),
        lambda case, reason: cases.send_back(case, reason, How.KIOSK, _who(case), actor()),
        gettext("已退回给负责人，会带着您的原因重新处理。"),
    )


@area.route("/kiosk/progress/refusal", methods=["GET", "POST"])
@kiosk
def decline() -> Page:
    return _with_reason(
        "kiosk/decline.html",
        gettext("为什么不同意？"),
        lambda case, reason: cases.decline(case, reason, How.KIOSK, _who(case), actor()),
        gettext("已记下，我们会带着您的意见重新出方案。"),
    )


def _with_reason(page: str, asked: str, verb: Callable[[Case, str], object], done: str) -> Page:
    form, case = ReasonForm(), _case()
    form.reason.label.text = asked
    if case is None:
        return go("kiosk.progress")
    if form.validate_on_submit():
        return _act(lambda one: verb(one, str(form.reason.data)), done)
    shown = render_template(page, form=form, case=case, back=url_for("kiosk.my_case"))
    return (shown, 422) if form.errors else shown


def _act(verb: Callable[[Case], object], done: str) -> Page:
    """One verb on the case at hand, or on the one it was merged into.

    What it does not allow now (pressed twice, an old page) it says in words.
    """
    case = _case()
    if case is None:
        return go("kiosk.progress")
    try:
        verb(case.main or case)
        db.session.commit()
    except NotAllowedError as refused:
        db.session.rollback()
        done = str(refused)
    flash(done)
    return go("kiosk.my_case")


def _case() -> Case | None:
    """The case whose code was typed in this session, unless nobody has looked at it for some minutes: the kiosk's own
    countdown is a script, and may have died."""
    now = clock.now().timestamp()
    if now - session.get("case_at", 0) > STAYS.total_seconds():
        return None
    session["case_at"] = now
    case_id = session.get("case")
    case = db.session.get(Case, case_id) if case_id else None
    if case is not None and case.community_id != current_community().id:
        abort(404)
    return case


def _who(case: Case) -> str:
    return case.caller_name or gettext("持回执的客户")
