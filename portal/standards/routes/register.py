"""The register for staff: all standards, and each one's own page where a community sets its number."""

from datetime import timedelta

from flask import abort, flash, render_template, request
from flask_babel import gettext
from werkzeug.wrappers import Response

from portal import clock
from portal.access import Right, needs
from portal.db import db
from portal.people.rights import actor, current_community
from portal.standards import operations, queries
from portal.standards.figures import Figures, figures, worst
from portal.standards.forms import OverrideForm, WithdrawForm
from portal.standards.register import SECTIONS, STANDARDS, Standard
from portal.standards.routes import area
from portal.web import go

Page = str | tuple[str, int] | Response
PERIODS = (30, 90, 365)
SOON = timedelta(seconds=1)  # a promise made this very moment counts


@area.get("/standards/")
@needs(Right.STANDARD_SEE)
def register() -> str:
    """Every standard in force here, by section, with the figures of the last thirty days."""
    place, now = current_community(), clock.now()
    rows = queries.standards_for(place.id)
    counted = figures(place.id, now - timedelta(days=PERIODS[0]), now + SOON, now)
    sections = {name: [row for row in rows.values() if row.standard.section == name] for name in SECTIONS}
    return render_template("standards/register.html", sections=sections, SECTIONS=SECTIONS, figures=counted)


@area.get("/standards/<string:key>")
@needs(Right.STANDARD_SEE)
def standard(key: str) -> str:
    row = _known(key)
    now_here = queries.standard_for(current_community().id, key)
    return _page(row, OverrideForm(row, data={"amount": now_here.amount, "lead": now_here.lead}), WithdrawForm())


@area.post("/standards/<string:key>/override")
@needs(Right.STANDARD_SET)
def override(key: str) -> Page:
    row = _known(key)
    form = OverrideForm(row)
    if not form.validate_on_submit():
        return _page(row, form, WithdrawForm(formdata=None)), 422
    operations.set_standard(
        current_community().id, key, form.amount.data or 0, str(form.reason.data), actor(), lead=form.lead.data
    )
    db.session.commit()
    flash(gettext("已改。从现在起作出的承诺按新标准计时，之前的承诺仍按告诉客户的时间。"))
    return go("standards.standard", key=key)


@area.post("/standards/<string:key>/withdrawal")
@needs(Right.STANDARD_SET)
def withdraw(key: str) -> Page:
    row, form = _known(key), WithdrawForm()
    place = current_community()
    if queries.standard_for(place.id, key).override is None:
        abort(409)
    if not form.validate_on_submit():
        return _page(row, OverrideForm(row, formdata=None), form), 422
    operations.withdraw_standard(place.id, key, str(form.reason.data), actor())
    db.session.commit()
    flash(gettext("已恢复原标准，以前的设置留在记录里。"))
    return go("standards.standard", key=key)


def _known(key: str) -> Standard:
    return STANDARDS.get(key) or abort(404)


def _page(row: Standard, form: OverrideForm, withdrawal: WithdrawForm) -> str:
    place, now = current_community(), clock.now()
    days = request.args.get("days", PERIODS[0], type=int)
    days = days if days in PERIODS else PERIODS[0]
    counted = figures(place.id, now - timedelta(days=days), now + SOON, now, standard_key=row.key)
    return render_template(
        "standards/standard.html",
        standard=row,
        here=queries.standard_for(place.id, row.key),
        history=queries.overrides(place.id, row.key),
        form=form,
        withdrawal=withdrawal,
        figures=counted.get(row.key, Figures()),
        broken=worst(place.id, row.key, now) if row.sets_clock else [],
        days=days,
        PERIODS=PERIODS,
        section=SECTIONS[row.section],
    )
