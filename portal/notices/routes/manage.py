"""Staff: draft, publish, correct, end; and what must always be published."""

from flask import abort, flash, render_template, request
from flask_babel import gettext
from werkzeug.wrappers import Response

from portal import timeline
from portal.access import Right, needs
from portal.db import db
from portal.notices import operations, queries
from portal.notices.forms import STATES, CorrectionForm, DisclosureForm, EndForm, NoticeForm
from portal.notices.models import Matter, Notice
from portal.notices.operations import NotAllowedError, TooLateError
from portal.notices.routes import area
from portal.people.rights import actor, current_community, find
from portal.web import go

Page = str | tuple[str, int] | Response


@area.errorhandler(NotAllowedError)
def not_allowed(error: NotAllowedError) -> Page:
    """Somebody was faster, or the page is an old one: say so, show how it stands now."""
    db.session.rollback()
    if isinstance(error, TooLateError):
        flash(gettext("公示的结束时间已经过了，请先修改结束时间再发布。"), "error")
    else:
        flash(gettext("这条公告的状态已经变了，请看现在的情况再决定。"), "error")
    notice_id = (request.view_args or {}).get("notice_id")
    return go("notices.show", notice_id=notice_id) if notice_id else go("notices.manage")


@area.get("/notices/")
@needs(Right.NOTICE_SEE)
def manage() -> str:
    place, state = current_community(), request.args.get("state")
    rows = queries.for_staff(place.id, state if state in STATES else None)
    return render_template(
        "notices/manage.html",
        notices=rows,
        state=state,
        disclosures=queries.disclosures(place.id),
        missing=queries.missing(place.id),
    )


@area.route("/notices/new", methods=["GET", "POST"])
@needs(Right.NOTICE_WRITE)
def new() -> Page:
    form = NoticeForm()
    if form.validate_on_submit():
        notice = operations.draft(current_community(), form.values, actor())
        db.session.commit()
        flash(gettext("草稿已存。看一遍，没有问题再发布。"))
        return go("notices.show", notice_id=notice.id)
    return _form(form, None)


@area.get("/notices/<int:notice_id>")
@needs(Right.NOTICE_SEE)
def show(notice_id: int) -> str:
    return _show(find(Notice, notice_id, Right.NOTICE_SEE), EndForm())


@area.route("/notices/<int:notice_id>/edit", methods=["GET", "POST"])
@needs(Right.NOTICE_WRITE)
def edit(notice_id: int) -> Page:
    notice = find(Notice, notice_id, Right.NOTICE_WRITE)
    form = NoticeForm(obj=notice)
    if form.validate_on_submit():
        operations.edit(notice, form.values, actor())
        db.session.commit()
        flash(gettext("草稿已改好。"))
        return go("notices.show", notice_id=notice.id)
    return _form(form, notice)


@area.post("/notices/<int:notice_id>/publication")
@needs(Right.NOTICE_WRITE)
def publish(notice_id: int) -> Response:
    notice = find(Notice, notice_id, Right.NOTICE_WRITE)
    operations.publish(notice, actor())
    db.session.commit()
    flash(gettext("已发布。大堂终端和网页公告栏按公示时间显示。"))
    return go("notices.show", notice_id=notice.id)


@area.route("/notices/<int:notice_id>/correction", methods=["GET", "POST"])
@needs(Right.NOTICE_WRITE)
def correct(notice_id: int) -> Page:
    old = find(Notice, notice_id, Right.NOTICE_WRITE)
    form = CorrectionForm(obj=old)
    if request.method == "GET":
        form.correction.data, form.starts_at.data = "", None
    if form.validate_on_submit():
        notice = operations.correct(old, form.values, str(form.correction.data), actor())
        db.session.commit()
        flash(gettext("更正稿已存。发布后，原公告随即标明“已更正”。"))
        return go("notices.show", notice_id=notice.id)
    return _form(form, old)


@area.post("/notices/<int:notice_id>/end")
@needs(Right.NOTICE_WRITE)
def end(notice_id: int) -> Page:
    notice, form = find(Notice, notice_id, Right.NOTICE_WRITE), EndForm()
    if not form.validate_on_submit():
        return _show(notice, form), 422
    operations.end(notice, actor(), str(form.reason.data))
    db.session.commit()
    flash(gettext("已撤下，公告栏不再显示。"))
    return go("notices.show", notice_id=notice.id)


@area.post("/notices/<int:notice_id>/pin")
@needs(Right.NOTICE_WRITE)
def pin(notice_id: int) -> Response:
    notice = find(Notice, notice_id, Right.NOTICE_WRITE)
    operations.pin(notice, request.form.get("pinned") == "yes", actor())
    db.session.commit()
    flash(gettext("已置顶。") if notice.pinned else gettext("已取消置顶。"))
    return go("notices.show", notice_id=notice.id)


@area.route("/notices/published/<string:matter>", methods=["GET", "POST"])
@needs(Right.NOTICE_WRITE)
def disclose(matter: str) -> Page:
    if matter not in set(Matter):
        abort(404)
    place = current_community()
    row = queries.disclosures(place.id).get(matter)
    form = DisclosureForm(obj=row)
    if form.validate_on_submit():
        operations.disclose(place, Matter(matter), str(form.text.data), str(form.text_en.data), actor())
        db.session.commit()
        flash(gettext("已公示，大堂终端和网页公告栏随时可以看到。"))
        return go("notices.manage")
    history = timeline.history(row) if row else []
    page = render_template("notices/disclosure.html", form=form, matter=matter, row=row, history=history)
    return (page, 422) if form.errors else page


def _show(notice: Notice, form: EndForm) -> str:
    return render_template(
        "notices/show.html",
        notice=notice,
        form=form,
        history=timeline.history(notice),
        successor=queries.successor(notice),
    )


def _form(form: NoticeForm, notice: Notice | None) -> Page:
    page = render_template("notices/edit.html", form=form, notice=notice, correcting=isinstance(form, CorrectionForm))
    return (page, 422) if form.errors else page
