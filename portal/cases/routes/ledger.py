"""The ledger (台账): a period on the page, and all of it as a workbook."""

from datetime import date, timedelta

from flask import render_template, request, send_file
from flask_babel import gettext
from werkzeug.wrappers import Response

from portal import clock, timeline
from portal.access import Right, needs
from portal.cases import queries
from portal.cases.kinds import KINDS
from portal.cases.queries import Period
from portal.cases.routes import area
from portal.cases.sheet import workbook
from portal.cases.stages import Channel
from portal.people.rights import actor, current_community

MONTH = timedelta(days=30)
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@area.get("/cases/ledger")
@needs(Right.LEDGER)
def ledger() -> str:
    place, period = current_community(), _period()
    pages = queries.ledger_pages(place.id, period)
    page = min(max(request.args.get("page", 1, type=int), 1), pages)
    return render_template(
        "cases/ledger.html",
        cases=list(queries.ledger(place.id, period, page)),
        period=period,
        summary=queries.summary(place.id, period),
        page=page,
        pages=pages,
    )


@area.get("/cases/ledger.xlsx")
@needs(Right.LEDGER)
def ledger_file() -> Response:
    """The workbook; who took it is on record. Telephone numbers stay masked."""
    place, period = current_community(), _period()
    made = workbook(place, period, queries.ledger(place.id, period))
    timeline.audit("ledger", actor(), community_id=place.id, reason=f"{period.first}..{period.last}")
    name = gettext("台账 %(first)s 至 %(last)s", first=period.first, last=period.last)
    return send_file(made, mimetype=WORKBOOK, as_attachment=True, download_name=f"{name}.xlsx")


def _period() -> Period:
    """From the address; the last thirty days where it does not say."""
    today = clock.local(clock.now()).date()
    first, last = _day("first", today - MONTH), _day("last", today)
    kind, channel = request.args.get("kind"), request.args.get("channel")
    return Period(
        min(first, last),
        max(first, last),
        kind if kind in KINDS else None,
        channel if channel in list(Channel) else None,
    )


def _day(name: str, default: date) -> date:
    return clock.day(request.args.get(name, "")) or default
