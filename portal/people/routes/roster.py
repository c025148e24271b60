"""Importing the roster: upload, watch it being read, look at what it would do, say yes or no."""

from flask import flash, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from portal.access import Right, needs
from portal.db import db
from portal.people.models import ImportRun, LineKind, RunState
from portal.people.rights import actor, current_community, find
from portal.people.roster import operations, progress, queries, words
from portal.people.roster.forms import ApplyForm, RosterForm
from portal.people.roster.operations import BadRowsError, ForbiddenMoveError
from portal.people.routes import area
from portal.web import answer, go, unchanged

Page = str | tuple[str, int] | Response
AT_WORK = (RunState.WAITING, RunState.APPLYING)


@area.get("/people/roster")
@needs(Right.ROSTER)
def roster() -> Page:
    return _roster_page(RosterForm())


def _roster_page(form: RosterForm) -> str:
    runs = queries.runs(current_community().id)
    return render_template("people/roster.html", form=form, runs=runs, states=words.STATES, roster_words=words)


@area.post("/people/roster")
@needs(Right.ROSTER)
def upload_roster() -> Page:
    form = RosterForm()
    if not form.validate_on_submit():
        return _roster_page(form), 422
    sent = form.file.data
    run = operations.upload(current_community(), sent.filename or "", sent.read(), actor())
    db.session.commit()
    return go("people.roster_run", run_id=run.id)


@area.get("/people/roster/<int:run_id>")
@needs(Right.ROSTER)
def roster_run(run_id: int) -> Page:
    run = find(ImportRun, run_id, Right.ROSTER)
    return unchanged(_version(run)) or _run_page(run, ApplyForm())


@area.post("/people/roster/<int:run_id>/application")
@needs(Right.ROSTER)
def apply_roster(run_id: int) -> Page:
    """Say yes. Refused while there are bad rows that nobody chose to leave out."""
    run, form = find(ImportRun, run_id, Right.ROSTER), ApplyForm()
    form.validate_on_submit()
    try:
        operations.confirm(run, actor(), skip_bad=form.skip_bad.data)
    except BadRowsError:
        form.skip_bad.errors = [gettext("还有没法导入的行：请改好文件重新上传，或勾选跳过这些行。")]
        return _run_page(run, form, 422)
    except ForbiddenMoveError:
        db.session.rollback()  # pressed twice, or settled by a colleague: the page shows where it stands
    db.session.commit()
    return go("people.roster_run", run_id=run_id)


@area.post("/people/roster/<int:run_id>/cancellation")
@needs(Right.ROSTER)
def cancel_roster(run_id: int) -> Page:
    run = find(ImportRun, run_id, Right.ROSTER)
    try:
        operations.cancel(run, actor())
    except ForbiddenMoveError:
        db.session.rollback()
        flash(gettext("这次导入已经开始或结束，不能取消了。"))
        return go("people.roster_run", run_id=run_id)
    db.session.commit()
    flash(gettext("导入已取消，上传的文件已删除，名册没有改动。"))
    return go("people.roster")


def _run_page(run: ImportRun, form: ApplyForm, status: int = 200) -> Response:
    """The run as it stands. While a job is at work the fragment asks again by itself; after that it no longer does."""
    kind = request.args.get("kind", "")
    counts = queries.line_counts(run)
    shown = kind if kind in counts else next((kind for kind in LineKind if kind in counts), LineKind.BAD)
    number = max(request.args.get("page", 1, type=int), 1)
    return answer(
        "people/roster_run.html",
        f"people/_roster_{run.state if run.state in AT_WORK else 'settled'}.html",
        status,
        run=run,
        form=form,
        version=_version(run),
        progress=progress.look(run.id) if run.state in AT_WORK else None,
        counts=counts,
        kind=shown,
        lines=queries.lines(run, LineKind(shown), number),
        number=number,
        pages=-(-counts.get(shown, 0) // queries.LINES_A_PAGE),
        words=words,
        poll=url_for("people.roster_run", run_id=run.id, seen=_version(run)),
    )


def _version(run: ImportRun) -> str:
    """What a poll says it has seen: the state, and while a job is at work how far it is."""
    seen = progress.look(run.id) if run.state in AT_WORK else None
    return f"{run.state}-{seen.stage}-{seen.percent}" if seen else run.state
