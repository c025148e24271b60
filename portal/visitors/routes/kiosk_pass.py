"""The pass at the kiosk: shown after registering, found again by its code, signed out with (VIS-1, VIS-2)."""

from flask import Response as FlaskResponse
from flask import redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from portal import clock
from portal.access import kiosk
from portal.db import db
from portal.outbox.rendering import link
from portal.people.guard import device_key
from portal.people.rights import actor, current_community, current_kiosk
from portal.visitors import queries
from portal.visitors.forms.kiosk import CodeForm, DocumentForm, LeaveForm
from portal.visitors.models import Visit, VisitDraft
from portal.visitors.moves import NotAllowedError, State
from portal.visitors.operations import drafts, passing
from portal.visitors.operations.registering import pass_again
from portal.visitors.qr import drawn
from portal.visitors.routes import area
from portal.visitors.routes.kiosk_own import begun, own
from portal.web import answer, exact, go, limiter, unchanged

Page = str | tuple[str, int] | Response
GUESSES = "10 per 10 minutes;60 per day"  # only wrong ones count
TAIL_DIGITS = 4


def _wrong(response: FlaskResponse) -> bool:
    return response.status_code == 422


@area.get("/kiosk/visit/draft/<string:token>/pass")
@kiosk
def kiosk_pass(token: str) -> Page:
    """What stands now and what comes next. The page asks for itself until somebody has decided."""
    draft = _spent(token)
    if draft is None:
        return redirect(url_for("visitors.kiosk_start"), 303)
    visit: Visit = draft.visit
    page = "kiosk/visit_pass.html"
    part = page if request.headers.get("HX-Target") == "main" else "kiosk/_visit_pass.html"
    return unchanged(visit.version) or answer(page, part, visit=visit, token=token, qr=_qr(draft), back=None)


@area.get("/kiosk/visit/draft/<string:token>/document")
@kiosk
def kiosk_document(token: str) -> Page:
    draft = _spent(token)
    if draft is None or not draft.visit.rules.document:
        return go("visitors.kiosk_start")
    return _document_page(draft, token, DocumentForm())


@area.post("/kiosk/visit/draft/<string:token>/document")
@kiosk
def kiosk_add_document(token: str) -> Page:
    """The number of a document, given freely: only with the visitor's own tick."""
    draft, form = _spent(token), DocumentForm()
    if draft is None or not draft.visit.rules.document:
        return go("visitors.kiosk_start")
    if not form.validate_on_submit():
        return _document_page(draft, token, form), 422
    passing.add_document(draft.visit, form.document.data, actor(), consent=form.consent.data)
    db.session.commit()
    return go("visitors.kiosk_pass", token=token)


@area.get("/kiosk/visit/code")
@kiosk
def kiosk_code() -> Page:
    return _code_page(CodeForm())


@area.post("/kiosk/visit/code")
@kiosk
@limiter.limit(GUESSES, key_func=device_key, deduct_when=_wrong)
def kiosk_check_in() -> Page:
    """A pass that a household made, or one's own registration found again."""
    form = CodeForm()
    if not form.validate_on_submit():
        return _code_page(form), 422
    visit = queries.by_code(current_community().id, form.code.data)
    fault = gettext("没有找到这个访客码，请核对，或按“呼叫前台”。") if visit is None else _let_in(visit)
    if visit is None or fault:
        form.code.errors = [fault]
        return _code_page(form), 422
    draft, token = drafts.begin(current_kiosk(), visit.kind)
    db.session.flush()
    drafts.spend(draft, visit, pass_again(visit))
    db.session.commit()
    begun(token)
    return go("visitors.kiosk_pass", token=token)


@area.get("/kiosk/visit/leave")
@kiosk
def kiosk_leave() -> Page:
    return _leave_page(LeaveForm())


@area.post("/kiosk/visit/leave")
@kiosk
@limiter.limit(GUESSES, key_func=device_key, deduct_when=_wrong)
def kiosk_sign_out() -> Page:
    """By pass, or by the last four digits of the phone; of several alike the visitor chooses."""
    form = LeaveForm()
    if not form.validate_on_submit():
        return _leave_page(form), 422
    found = _leaving(form)
    if len(found) > 1:
        return render_template("kiosk/visit_choose.html", visits=found, form=form, back=url_for("visitors.kiosk_leave"))
    if not found:
        form.code.errors = [gettext("没有找到在内的访客，请核对号码，或按“呼叫前台”。")]
        return _leave_page(form), 422
    passing.leave(found[0], actor())
    drafts.forget_at(current_kiosk().id)
    db.session.commit()
    return go("visitors.kiosk_left")


@area.get("/kiosk/visit/left")
@kiosk
def kiosk_left() -> Page:
    return render_template("kiosk/visit_left.html", at=clock.now(), back=None)


@area.post("/kiosk/visit/done")
@kiosk
def kiosk_done() -> Page:
    """The visitor goes on; the next person finds nothing."""
    drafts.forget_at(current_kiosk().id)
    db.session.commit()
    return go("kiosk.home")


@area.get("/kiosk/visit/privacy")
@kiosk
def kiosk_privacy() -> Page:
    return render_template("kiosk/visit_privacy.html", here=current_community(), back=url_for("visitors.kiosk_start"))


def _spent(token: str) -> VisitDraft | None:
    draft = own(token)
    return draft if draft and draft.visit_id else None


def _qr(draft: VisitDraft) -> str:
    return drawn(link("visitors.show_pass", token=drafts.answers(draft)["pass"]))


def _let_in(visit: Visit) -> str | None:
    """Let the holder of a pass in where it is a pass's turn; the reason in words where it is not."""
    if visit.state in (State.WAITING, State.INSIDE, State.REFUSED):
        return None  # the page says how things stand
    try:
        passing.enter(visit, actor())
    except passing.OutsideWindowError:
        return gettext(
            "这个访客码在 %(start)s 至 %(end)s 有效。请联系住户改时间，或现场登记。",
            start=exact(visit.starts_at),
            end=exact(visit.ends_at),
        )
    except NotAllowedError:
        return gettext("这个访客码已经用过或已取消。请联系住户，或现场登记。")
    return None


def _leaving(form: LeaveForm) -> list[Visit]:
    code, here = form.code.data.strip(), current_community().id
    if len(code) == TAIL_DIGITS:
        alike = queries.inside_by_tail(here, code)
        return [visit for visit in alike if form.visit_id.data in (None, visit.id)]
    visit = queries.by_code(here, code)
    return [visit] if visit and visit.state == State.INSIDE else []


def _code_page(form: CodeForm) -> str:
    return render_template("kiosk/visit_code.html", form=form, back=url_for("visitors.kiosk_start"))


def _leave_page(form: LeaveForm) -> str:
    return render_template("kiosk/visit_leave.html", form=form, back=url_for("visitors.kiosk_start"))


def _document_page(draft: VisitDraft, token: str, form: DocumentForm) -> str:
    back = url_for("visitors.kiosk_pass", token=token)
    return render_template("kiosk/visit_document.html", form=form, visit=draft.visit, token=token, back=back)
