"""Must-know answers at the desk: find, keep, check (PROC-8)."""

from flask import Blueprint, flash, render_template, request
from flask_babel import gettext
from werkzeug.wrappers import Response

from portal import clock, timeline
from portal.access import Right, needs
from portal.db import db
from portal.knowledge import operations, queries
from portal.knowledge.forms import CATEGORIES, PICTURES, AnswerForm, RetireForm
from portal.knowledge.models import Answer
from portal.people.rights import actor, current_community, find
from portal.web import answer as reply
from portal.web import go

area = Blueprint("knowledge", __name__)
Page = str | tuple[str, int] | Response


@area.context_processor
def categories() -> dict[str, object]:
    return {"CATEGORIES": CATEGORIES, "PICTURES": PICTURES, "today": clock.local(clock.now()).date()}


@area.get("/knowledge/")
@needs(Right.DESK)
def manage() -> Response:
    words, category = request.args.get("q", "").strip(), request.args.get("category")
    place = current_community()
    if words:
        rows = queries.search(place.id, words)
    else:
        rows = queries.answers(place.id, category if category in CATEGORIES else None, retired=True)
    counts = queries.counts(place.id)
    return reply(
        "knowledge/manage.html", "knowledge/_list.html", answers=rows, q=words, category=category, counts=counts
    )


@area.get("/knowledge/search")
@needs(Right.DESK)
def search() -> str:
    """A fragment for the page of a call: the best answers to what was typed in `q`."""
    words = request.args.get("q", "").strip()
    return render_template("knowledge/_search.html", answers=queries.search(current_community().id, words), q=words)


@area.route("/knowledge/new", methods=["GET", "POST"])
@needs(Right.KNOWLEDGE_WRITE)
def new() -> Page:
    form = AnswerForm(data={"question": request.args.get("q", "")[:120]})
    if form.validate_on_submit():
        row = operations.add(current_community(), form.values, actor())
        db.session.commit()
        flash(gettext("已记下。终端和前台现在都能查到。"))
        return go("knowledge.show", answer_id=row.id)
    return _form(form)


@area.get("/knowledge/<int:answer_id>")
@needs(Right.DESK)
def show(answer_id: int) -> str:
    row = find(Answer, answer_id, Right.DESK)
    return render_template("knowledge/show.html", answer=row, history=timeline.history(row), form=RetireForm())


@area.route("/knowledge/<int:answer_id>/edit", methods=["GET", "POST"])
@needs(Right.KNOWLEDGE_WRITE)
def edit(answer_id: int) -> Page:
    row = find(Answer, answer_id, Right.KNOWLEDGE_WRITE)
    form = AnswerForm(obj=row)
    if form.validate_on_submit():
        operations.change(row, form.values, actor())
        db.session.commit()
        flash(gettext("已改好，今天核对。原来的写法留在下面的记录里。"))
        return go("knowledge.show", answer_id=row.id)
    return _form(form, row)


@area.post("/knowledge/<int:answer_id>/check")
@needs(Right.KNOWLEDGE_WRITE)
def check(answer_id: int) -> Page:
    row = find(Answer, answer_id, Right.KNOWLEDGE_WRITE)
    operations.check(row, actor())
    db.session.commit()
    flash(gettext("记下了：今天核对过，仍然正确。"))
    return go("knowledge.show", answer_id=row.id)


@area.post("/knowledge/<int:answer_id>/retirement")
@needs(Right.KNOWLEDGE_WRITE)
def retire(answer_id: int) -> Page:
    row, form = find(Answer, answer_id, Right.KNOWLEDGE_WRITE), RetireForm()
    if not form.validate_on_submit():
        page = render_template("knowledge/show.html", answer=row, history=timeline.history(row), form=form)
        return page, 422
    operations.retire(row, actor(), str(form.reason.data))
    db.session.commit()
    flash(gettext("已停用，终端和前台不再显示。"))
    return go("knowledge.show", answer_id=row.id)


@area.post("/knowledge/<int:answer_id>/restoration")
@needs(Right.KNOWLEDGE_WRITE)
def restore(answer_id: int) -> Page:
    row = find(Answer, answer_id, Right.KNOWLEDGE_WRITE)
    operations.restore(row, actor())
    db.session.commit()
    flash(gettext("已恢复显示。"))
    return go("knowledge.show", answer_id=row.id)


def _form(form: AnswerForm, row: Answer | None = None) -> Page:
    page = render_template("knowledge/edit.html", form=form, answer=row)
    return (page, 422) if form.errors else page
