"""Calls from the kiosks: they ring on every page of the desk until somebody takes them."""

import json

from flask import Response, flash, make_response, render_template
from flask_babel import gettext
from werkzeug.wrappers import Response as BaseResponse

from portal.access import Right, needs
from portal.db import db
from portal.desk import operations, queries
from portal.desk.models import KioskCall
from portal.desk.routes import area
from portal.people.rights import current_community, current_user, find
from portal.web import go, is_fragment, unchanged


@area.get("/desk/calls")
@needs(Right.DESK)
def calls() -> Response:
    """The banner that base.html asks for every few seconds; 204 while nothing has changed."""
    ringing = queries.ringing(current_community().id)
    return unchanged(_version(ringing)) or _banner(ringing)


@area.post("/desk/calls/<int:call_id>/taking")
@needs(Right.DESK)
def take_call(call_id: int) -> Response | BaseResponse:
    call = find(KioskCall, call_id, Right.DESK)
    first = operations.take(call, current_user())
    db.session.commit()
    said = _said(call, first)
    if is_fragment():
        response = _banner(queries.ringing(current_community().id))
        response.headers["HX-Trigger"] = json.dumps({"toast": {"text": said}})  # ASCII, as headers must be
        return response
    flash(said)
    return go("desk.call_history")


def _version(ringing: list[KioskCall]) -> str:
    return ".".join(str(call.id) for call in ringing) or "none"


def _banner(ringing: list[KioskCall]) -> Response:
    return make_response(render_template("desk/_calls.html", calls=ringing, seen=_version(ringing)))


@area.get("/desk/calls/history")
@needs(Right.DESK)
def call_history() -> str:
    rows = queries.calls(current_community().id)
    return render_template("desk/call_history.html", calls=rows, late=operations.UNANSWERED_AFTER)


def _said(call: KioskCall, first: bool) -> str:
    if first:
        return gettext("%(place)s 的客户已看到您正在过去。", place=call.place)
    if call.taken_by is None:
        return gettext("%(place)s 的客户已取消呼叫。", place=call.place)
    return gettext("%(name)s 已经去 %(place)s 了。", name=call.taken_by.name, place=call.place)
