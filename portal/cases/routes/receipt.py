"""The receipt behind a link: how far it is, and what the customer can say. GET asks, only a POST records."""

from collections.abc import Callable

from flask import flash, render_template
from flask_babel import gettext

from portal.access import link as by_link
from portal.cases import operations, queries
from portal.cases.forms.fields import ActForm
from portal.cases.forms.intake import AddForm, AwayForm, BackForm, DeclineForm, SubscribeForm
from portal.cases.models import Case
from portal.cases.operations import NotAllowedError
from portal.cases.operations.tell import RECEIPT
from portal.cases.routes import area
from portal.cases.routes.page import Page
from portal.cases.stages import How
from portal.db import db
from portal.people import links
from portal.timeline import Actor
from portal.web import go, language, limiter

FORMS: tuple[type[ActForm], ...] = (BackForm, DeclineForm, AwayForm, AddForm, SubscribeForm)
ACTS = "30 per hour"


def _case(token: str) -> Case:
    return db.session.get_one(Case, links.open_link(RECEIPT, token).subject_id)


def _customer(case: Case) -> Actor:
    return Actor(case.caller_name)


def _page(case: Case, token: str, failed: ActForm | None = None) -> str:
    forms = {form.key: form(formdata=None) for form in FORMS}
    if failed is not None:
        forms[failed.key] = failed
    view = queries.customer_view(case)
    return render_template(
        "cases/receipt.html",
        case=case,
        view=view,
        token=token,
        forms=forms,
        failed=failed.key if failed else None,
        community=case.community,
    )


def _act(token: str, form: ActForm, verb: Callable[[Case], object], done: str) -> Page:
    case = _case(token)
    if form.validate_on_submit():
        try:
            verb(case)
        except NotAllowedError as refusal:
            db.session.rollback()
            form.refuse(str(refusal))
        else:
            db.session.commit()
            flash(done)
            return go("cases.receipt", token=token)
    return _page(_case(token), token, form), 422


@area.get("/r/<string:token>")
@by_link
@limiter.limit("60 per minute")
def receipt(token: str) -> Page:
    return _page(_case(token), token)


@area.post("/r/<string:token>/confirmation")
@by_link
@limiter.limit(ACTS)
def confirm_by_link(token: str) -> Page:
    return _act(
        token,
        ActForm(),
        lambda case: operations.confirm(case, How.LINK, case.caller_name, _customer(case)),
        gettext("谢谢，已记下：您确认解决了。"),
    )


@area.post("/r/<string:token>/return")
@by_link
@limiter.limit(ACTS)
def return_by_link(token: str) -> Page:
    form = BackForm()
    return _act(
        token,
        form,
        lambda case: operations.send_back(case, form.reason.data, How.LINK, case.caller_name, _customer(case)),
        gettext("已记下。我们接着办，下面是新的时间。"),
    )


@area.post("/r/<string:token>/agreement")
@by_link
@limiter.limit(ACTS)
def agree_by_link(token: str) -> Page:
    return _act(
        token,
        ActForm(),
        lambda case: operations.agree(case, How.LINK, case.caller_name, _customer(case)),
        gettext("已记下您的同意，我们按方案上门。"),
    )


@area.post("/r/<string:token>/refusal")
@by_link
@limiter.limit(ACTS)
def decline_by_link(token: str) -> Page:
    form = DeclineForm()
    return _act(
        token,
        form,
        lambda case: operations.decline(case, form.reason.data, How.LINK, case.caller_name, _customer(case)),
        gettext("已记下。我们换一个方案再来问您。"),
    )


@area.post("/r/<string:token>/words")
@by_link
@limiter.limit(ACTS)
def add_by_link(token: str) -> Page:
    form = AddForm()
    return _act(
        token,
        form,
        lambda case: operations.customer_word(case, form.text.data, How.LINK, _customer(case)),
        gettext("已补充，处理人看到了。"),
    )


@area.post("/r/<string:token>/withdrawal")
@by_link
@limiter.limit(ACTS)
def withdraw_by_link(token: str) -> Page:
    form = AwayForm()
    return _act(
        token,
        form,
        lambda case: operations.withdraw(case, form.reason.data, How.LINK, _customer(case)),
        gettext("已撤回，谢谢您告诉我们。"),
    )


@area.post("/r/<string:token>/subscription")
@by_link
@limiter.limit(ACTS)
def subscribe_by_link(token: str) -> Page:
    form = SubscribeForm()
    return _act(
        token,
        form,
        lambda case: operations.subscribe(
            case, form.email.data, case.caller_name, language(), _customer(case), person_id=case.person_id
        ),
        gettext("有进展会发到这个邮箱。"),
    )
