"""The guard's desk: who is inside, who waits, who is expected; the register; the roll call (VIS-2)."""

from datetime import date, timedelta

from flask import flash, render_template, request
from flask_babel import gettext
from werkzeug.wrappers import Response

from portal import clock
from portal.access import Right, needs
from portal.db import db
from portal.people.rights import actor, allowed, current_community
from portal.visitors import queries
from portal.visitors.forms.desk import RuleForm, SearchForm, WalkInForm
from portal.visitors.kinds import KINDS
from portal.visitors.models import Visit, VisitRule
from portal.visitors.moves import STATES
from portal.visitors.operations.registering import walk_in
from portal.visitors.routes import area
from portal.web import answer, go, unchanged

Page = str | tuple[str, int] | Response
RECEIPT_DAYS = 365


@area.get("/visitors/")
@needs(Right.VISITOR_GUARD)
def register() -> Page:
    now = clock.now()
    board = queries.board(current_community().id, now)
    return unchanged(board.version) or answer(
        "visitors/register.html", "visitors/_board.html", board=board, at=now, form=SearchForm()
    )


@area.get("/visitors/new")
@needs(Right.VISITOR_GUARD)
def new() -> Page:
    return _new_page(WalkInForm(current_community().id))


@area.post("/visitors/new")
@needs(Right.VISITOR_GUARD)
def add() -> Page:
    form = WalkInForm(current_community().id)
    if not form.validate_on_submit():
        return _new_page(form), 422
    made = walk_in(
        form.told(),
        community=current_community(),
        channel="desk",
        actor=actor(),
        form_key=form.key.data,
        arrival=form.arrival.data or None,
    )
    db.session.commit()
    return go("visitors.show", visit_id=made.visit.id)


def _new_page(form: WalkInForm) -> str:
    return render_template("visitors/new.html", form=form, kinds=KINDS)


@area.get("/visitors/search")
@needs(Right.VISITOR_GUARD)
def day_register() -> Page:
    """The register of a day, today's unless `?day=` names another."""
    day = _day(request.args.get("day", ""))
    found = queries.of_day(current_community().id, day)
    return _search_page(SearchForm(day=day), found, day)


@area.post("/visitors/search")
@needs(Right.VISITOR_GUARD)
def search() -> Page:
    form = SearchForm()
    if not form.validate_on_submit():
        return _search_page(form, [], None), 422
    return _search_page(form, queries.search(current_community().id, form.q.data, form.day.data), None)


def _search_page(form: SearchForm, visits: list[Visit], day: date | None) -> str:
    keep = current_community().visit_keep_days
    today = clock.local(clock.now()).date()
    return render_template(
        "visitors/search.html",
        form=form,
        visits=visits,
        day=day,
        states=STATES,
        keep=keep,
        today=today,
        step=timedelta(1),
    )


def _day(text: str) -> date:
    return clock.day(text) or clock.local(clock.now()).date()


@area.get("/visitors/roll-call")
@needs(Right.VISITOR_GUARD)
def roll_call() -> Page:
    """Everybody who is inside, to be read out in front of the house."""
    board = queries.board(current_community().id, clock.now())
    return render_template(
        "visitors/roll_call.html", board=board, buildings=queries.roll_call(board.inside), at=clock.now()
    )


@area.get("/visitors/retention")
@needs(Right.VISITOR_GUARD)
def retention() -> Page:
    here, today = current_community(), clock.local(clock.now()).date()
    return render_template(
        "visitors/retention.html",
        receipts=queries.receipts(here.id),
        counts=queries.daily_counts(here.id, today - timedelta(days=RECEIPT_DAYS)),
        late=queries.due_for_deletion(here.id, today),
        kinds=KINDS,
        here=here,
    )


@area.get("/visitors/rules")
@needs(Right.VISITOR_GUARD)
def rules() -> Page:
    return _rules_page({})


@area.post("/visitors/rules/<string:kind>")
@needs(Right.STANDARD_SET)
def set_rule(kind: str) -> Page:
    """What happens to an unexpected visitor of that kind, and after how long the guard is reminded."""
    form = RuleForm(prefix=kind)
    if kind not in KINDS or not form.validate_on_submit():
        return _rules_page({kind: form}), 422
    here = current_community()
    row = db.session.query(VisitRule).filter_by(community_id=here.id, kind=kind).one_or_none()
    if row is None:
        row = VisitRule(community_id=here.id, kind=kind)
        db.session.add(row)
    row.set(form.arrival.data, form.hours.data * 60, actor())
    db.session.commit()
    flash(gettext("%(kind)s的规定从现在起按新的执行。", kind=KINDS[kind].name))
    return go("visitors.rules")


def _rules_page(changed: dict[str, RuleForm]) -> str:
    standing = queries.rules(current_community().id)
    forms = {
        key: changed.get(key)
        or RuleForm(formdata=None, prefix=key, arrival=rule.arrival, hours=round(rule.limit.total_seconds() / 3600))
        for key, rule in standing.items()
    }
    return render_template("visitors/rules.html", kinds=KINDS, forms=forms, may=allowed(Right.STANDARD_SET))
