"""The public page by which whoever has no account reports something: the online channel (CASE-10)."""

from flask import abort, flash, render_template
from flask_babel import gettext

from portal.access import public
from portal.cases import operations
from portal.cases.forms.intake import ReportForm
from portal.cases.operations import Caller
from portal.cases.routes import area
from portal.cases.routes.page import Page
from portal.cases.stages import Channel
from portal.db import db
from portal.people import queries as people
from portal.timeline import Actor
from portal.web import go, language, limiter


@area.route("/report/<string:community_code>", methods=["GET", "POST"])
@public
@limiter.limit("10 per hour", methods=["POST"])
def report(community_code: str) -> Page:
    place = people.community_by_code(community_code) or abort(404)
    form = ReportForm(place.id)
    if not form.validate_on_submit():
        page = render_template("cases/report.html", form=form, community=place)
        return (page, 422) if form.errors else page
    received = operations.receive(
        form.kind.data,
        community_id=place.id,
        channel=Channel.ONLINE,
        caller=Caller(form.caller_name.data, form.phone.data or None, form.email.data or None, None, language()),
        title=form.said,
        detail=form.detail.data,
        category=form.phrase.key if form.phrase else None,
        unit_id=form.the_unit.id if form.the_unit else None,
        place=form.place.data or None,
        urgent=form.urgent.data,
        photos=form.photos.pictures,
        actor=Actor(gettext("线上填报")),
    )
    db.session.commit()
    code = f"{received.code[:4]} {received.code[4:]}"
    flash(gettext("已受理。回执码 %(code)s：在大堂终端输入就能查进度。请收藏这一页。", code=code))
    return go("cases.receipt", token=received.token)
