"""The end of the loop: confirmed, returned, followed up, the director's contact, closed, reopened, withdrawn."""

from flask_babel import gettext

from portal.access import Right, needs
from portal.cases import operations
from portal.cases.forms.acts import (
    CloseForm,
    ConfirmForm,
    DirectorForm,
    FollowUpForm,
    ReopenForm,
    ReturnForm,
    WithdrawForm,
)
from portal.cases.models import Case
from portal.cases.routes import area
from portal.cases.routes.page import Page, act
from portal.cases.stages import How, Satisfaction
from portal.people.rights import actor, find


@area.post("/cases/<int:case_id>/confirmation")
@needs(Right.CASE_RUN)
def confirm(case_id: int) -> Page:
    """Told by telephone or in person, and recorded as such."""
    case, form = find(Case, case_id, Right.CASE_RUN), ConfirmForm()
    return act(
        case,
        form,
        lambda: operations.confirm(case, How(form.how.data), form.by_name.data, actor(), form.note.data or None),
        gettext("客户的确认记下了。"),
    )


@area.post("/cases/<int:case_id>/returns")
@needs(Right.CASE_RUN)
def send_back(case_id: int) -> Page:
    case, form = find(Case, case_id, Right.CASE_RUN), ReturnForm()
    return act(
        case,
        form,
        lambda: operations.send_back(case, form.reason.data, How(form.how.data), form.by_name.data, actor()),
        gettext("退回记下了，接着办理，新的时间已经承诺给客户。"),
    )


@area.post("/cases/<int:case_id>/follow-ups")
@needs(Right.CASE_RUN)
def follow_up(case_id: int) -> Page:
    """A follow-up call; what the customer confirms in it is recorded as told by telephone."""
    case, form = find(Case, case_id, Right.CASE_RUN), FollowUpForm()

    def verb() -> None:
        reached = form.reached.data == "yes"
        satisfaction = Satisfaction(form.satisfaction.data) if reached else None
        operations.follow_up(case, reached, satisfaction, form.note.data or None, actor())
        if reached and form.confirmed.data:
            operations.confirm(case, How.TELEPHONE, case.caller_name, actor())

    return act(case, form, verb, gettext("回访记下了。"))


@area.post("/cases/<int:case_id>/director-contact")
@needs(Right.CASE_DIRECT)
def contact(case_id: int) -> Page:
    case, form = find(Case, case_id, Right.CASE_DIRECT), DirectorForm()
    return act(
        case,
        form,
        lambda: operations.contact_by_director(case, form.note.data, actor()),
        gettext("主任的沟通记下了。"),
    )


@area.post("/cases/<int:case_id>/closure")
@needs(Right.CASE_RUN)
def close(case_id: int) -> Page:
    case, form = find(Case, case_id, Right.CASE_RUN), CloseForm()
    return act(case, form, lambda: operations.close(case, actor(), form.reason.data or None), gettext("结案了。"))


@area.post("/cases/<int:case_id>/reopening")
@needs(Right.CASE_RUN)
def reopen(case_id: int) -> Page:
    case, form = find(Case, case_id, Right.CASE_RUN), ReopenForm()
    return act(
        case, form, lambda: operations.reopen(case, form.reason.data, actor()), gettext("重开了，新的时间已经承诺。")
    )


@area.post("/cases/<int:case_id>/withdrawal")
@needs(Right.CASE_RUN)
def withdraw(case_id: int) -> Page:
    case, form = find(Case, case_id, Right.CASE_RUN), WithdrawForm()
    return act(
        case,
        form,
        lambda: operations.withdraw(case, form.reason.data, How(form.how.data), actor()),
        gettext("撤回记下了。"),
    )
