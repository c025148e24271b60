"""Who answers for a case and by when; merging."""

import sqlalchemy as sa
from flask import abort, request
from flask_babel import gettext

from portal.access import Right, needs
from portal.cases import operations, queries
from portal.cases.forms.acts import HandOverForm, MergeForm, PauseForm, TimeForm, UrgencyForm
from portal.cases.forms.fields import ActForm
from portal.cases.models import Case
from portal.cases.operations import NotAllowedError
from portal.cases.routes import area
from portal.cases.routes.page import Page, act, user_named
from portal.db import db
from portal.people.rights import actor, find
from portal.standards import queries as standards
from portal.standards.models import Promise


@area.post("/cases/<int:case_id>/hand-over")
@needs(Right.CASE_RUN)
def hand_over(case_id: int) -> Page:
    case, form = find(Case, case_id, Right.CASE_RUN), HandOverForm()
    return act(
        case,
        form,
        lambda: operations.hand_over(case, user_named(form), form.reason.data, actor()),
        gettext("首问移交了，对方收到了通知。"),
    )


@area.post("/cases/<int:case_id>/promised-time")
@needs(Right.CASE_RUN)
def promise_time(case_id: int) -> Page:
    case, form = find(Case, case_id, Right.CASE_RUN), TimeForm()

    def verb() -> None:
        promise, due_at = _promise(case, form.promise_id.data), form.due_at.data
        if due_at is None:
            raise AssertionError
        operations.promise_time(case, promise, due_at, form.reason.data or None, actor())

    return act(case, form, verb, gettext("新的时间承诺了，原来的承诺留在记录里。"))


@area.post("/cases/<int:case_id>/pause")
@needs(Right.CASE_RUN)
def pause(case_id: int) -> Page:
    case, form = find(Case, case_id, Right.CASE_RUN), PauseForm()
    return act(
        case,
        form,
        lambda: operations.pause(case, _promise(case, form.promise_id.data), form.reason.data, actor()),
        gettext("暂停计时了，原因留在记录里。"),
    )


@area.post("/cases/<int:case_id>/resumption")
@needs(Right.CASE_RUN)
def resume(case_id: int) -> Page:
    case = find(Case, case_id, Right.CASE_RUN)
    promise = _promise(case, request.form.get("promise_id", type=int))
    return act(case, ActForm(), lambda: operations.resume(case, promise, actor()), gettext("恢复计时了。"))


@area.post("/cases/<int:case_id>/urgency")
@needs(Right.CASE_RUN)
def urgency(case_id: int) -> Page:
    """Urgent becomes ordinary, ordinary urgent."""
    case, form = find(Case, case_id, Right.CASE_RUN), UrgencyForm()
    wanted = not case.urgent
    return act(
        case, form, lambda: operations.set_urgency(case, wanted, form.reason.data, actor()), gettext("急缓改了。")
    )


@area.post("/cases/<int:case_id>/merge")
@needs(Right.CASE_RUN)
def merge(case_id: int) -> Page:
    case, form = find(Case, case_id, Right.CASE_RUN), MergeForm()
    return act(
        case,
        form,
        lambda: operations.merge(case, _main(case, form.number.data), actor()),
        gettext("并案了，两边的客户会收到同样的进展。"),
    )


def _main(case: Case, number: str) -> Case:
    wanted = queries.exact_number(number)
    main = db.session.scalar(sa.select(Case).where(Case.community_id == case.community_id, Case.number == wanted))
    if main is None:
        raise NotAllowedError(gettext("没有找到单号 %(number)s。", number=number))
    return main


def _promise(case: Case, promise_id: int | None) -> Promise:
    found = next((one for one in standards.open_promises(case) if one.id == promise_id), None)
    return found or abort(404)
