"""The first screen, and what stands at the foot of every screen: home, language, large print."""

from flask import redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response

from portal import clock
from portal.access import kiosk
from portal.kiosk.routes import area
from portal.notices import queries as notices
from portal.people.rights import current_community
from portal.web import LANGUAGES, go_to, inside, readable


@area.get("/kiosk/")
@kiosk
def home() -> str:
    place = current_community()
    now = clock.local(clock.now()).time()
    return render_template(
        "kiosk/home.html",
        new_notices=notices.count_new(place.id),
        desk_open=place.desk_opens <= now < place.desk_closes,
    )


@area.get("/kiosk/reset")
@kiosk
def reset() -> Response:
    """Between two people everything of the first is forgotten: the session holds all there is in the browser."""
    session.clear()
    return redirect(url_for("kiosk.home"), 303)


@area.post("/kiosk/language")
@kiosk
def choose_language() -> Response:
    chosen = request.form.get("language", "")
    if chosen in LANGUAGES:
        session["language"] = chosen
    return _back()


@area.post("/kiosk/large-print")
@kiosk
def large_print() -> Response:
    session["large_print"] = not session.get("large_print")
    return _back()


def _back() -> Response:
    return go_to(readable(inside(request.form.get("next"), url_for("kiosk.home"))))
