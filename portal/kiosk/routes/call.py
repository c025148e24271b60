"""Call the front desk: it rings there until somebody takes it (CASE-16)."""

from flask import abort, make_response, render_template
from werkzeug.wrappers import Response

from portal import clock
from portal.access import kiosk
from portal.db import db
from portal.desk import operations, queries
from portal.desk.models import KioskCall
from portal.kiosk.routes import area
from portal.people.rights import actor, current_kiosk
from portal.web import go, is_fragment, unchanged


@area.post("/kiosk/call")
@kiosk
def call() -> Response:
    made = operations.call_desk(current_kiosk())
    db.session.commit()
    return go("kiosk.calling", call_id=made.id)


@area.get("/kiosk/call/<int:call_id>")
@kiosk
def calling(call_id: int) -> Response:
    """Who comes; after two minutes without anyone, the 24 h number. Polled until taken."""
    found = _call(call_id)
    unanswered = found.ringing and clock.now() - found.called_at >= operations.UNANSWERED_AFTER
    seen = "unanswered" if unanswered else "ringing" if found.ringing else "over"
    page = "kiosk/_calling.html" if is_fragment() else "kiosk/calling.html"
    same = unchanged(seen) if is_fragment() else None
    return same or make_response(render_template(page, call=found, seen=seen))


@area.post("/kiosk/call/<int:call_id>/end")
@kiosk
def call_off(call_id: int) -> Response:
    operations.call_off(_call(call_id), actor())
    db.session.commit()
    return go("kiosk.home")


def _call(call_id: int) -> KioskCall:
    return queries.call_of(current_kiosk().id, call_id) or abort(404)
