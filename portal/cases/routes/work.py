"""The work on a case: taken, assigned, planned, agreed, on site, started, done."""

from flask_babel import gettext

from portal.access import Right, needs
from portal.cases import operations
from portal.cases.forms.acts import AssignForm, DecisionForm, DoneForm, PlanForm, StartForm
from portal.cases.forms.fields import ActForm
from portal.cases.models import Case
from portal.cases.routes import area
from portal.cases.routes.page import Page, act, user_named
from portal.cases.stages import How
from portal.people.rights import actor, find


@area.post("/cases/<int:case_id>/first-owner")
@needs(Right.CASE_RUN)
def take(case_id: int) -> Page:
    case = find(Case, case_id, Right.CASE_RUN)
    return act(case, ActForm(), lambda: operations.take(case, actor()), gettext("这一单由您首问负责，跟到客户满意。"))


@area.post("/cases/<int:case_id>/assignment")
@needs(Right.CASE_RUN)
def assign(case_id: int) -> Page:
    case, form = find(Case, case_id, Right.CASE_RUN), AssignForm()
    return act(
        case,
        form,
        lambda: operations.assign(case, user_named(form), actor(), form.note.data or None),
        gettext("已派出，处理人收到了通知。"),
    )


@area.post("/cases/<int:case_id>/plan")
@needs(Right.CASE_WORK)
def plan(case_id: int) -> Page:
    """A plan told to the owner, and the agreement with it where it was given at once (REP-3)."""
    case, form = find(Case, case_id, Right.CASE_WORK), PlanForm()

    def verb() -> None:
        cost = form.cost.data or None
        operations.tell_plan(case, form.text.data, actor(), visit_at=form.visit_at.data, cost=cost)
        if form.agreed.data:
            operations.agree(case, How(form.agreed.data), case.caller_name, actor())

    return act(case, form, verb, gettext("方案记下了。业主同意后才能开工。"))


@area.post("/cases/<int:case_id>/agreement")
@needs(Right.CASE_WORK)
def decide(case_id: int) -> Page:
    """What the owner told us about the plan."""
    case, form = find(Case, case_id, Right.CASE_WORK), DecisionForm()

    def verb() -> None:
        how, by_name = How(form.how.data), form.by_name.data
        if form.decision.data == "agreed":
            operations.agree(case, how, by_name, actor())
        else:
            operations.decline(case, form.reason.data, how, by_name, actor())

    return act(case, form, verb, gettext("业主的答复记下了。"))


@area.post("/cases/<int:case_id>/arrival")
@needs(Right.CASE_WORK)
def arrive(case_id: int) -> Page:
    case = find(Case, case_id, Right.CASE_WORK)
    return act(case, ActForm(), lambda: operations.arrive(case, actor()), gettext("到场时间记下了。"))


@area.post("/cases/<int:case_id>/start")
@needs(Right.CASE_WORK)
def start(case_id: int) -> Page:
    case, form = find(Case, case_id, Right.CASE_WORK), StartForm()
    return act(case, form, lambda: operations.start(case, actor(), form.safety.data or None), gettext("开工了。"))


@area.post("/cases/<int:case_id>/completion")
@needs(Right.CASE_WORK)
def finish(case_id: int) -> Page:
    case, form = find(Case, case_id, Right.CASE_WORK), DoneForm()

    def verb() -> None:
        told = How(form.told.data) if form.told.data else None
        operations.finish(case, form.result.data, actor(), told=told, photos=form.photos.pictures)

    return act(case, form, verb, gettext("办完了。接下来请客户确认，然后回访。"))
