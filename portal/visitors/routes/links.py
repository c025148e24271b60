"""Pages behind a link: the visitor's pass, and the household's answer to who stands at the door."""

from flask import abort, render_template
from flask_babel import gettext
from werkzeug.wrappers import Response

from portal import clock
from portal.access import link, public
from portal.db import db
from portal.outbox.rendering import link as address
from portal.people import links
from portal.people import queries as people
from portal.timeline import Actor
from portal.visitors.models import Visit
from portal.visitors.moves import NotAllowedError, State
from portal.visitors.operations import confirming
from portal.visitors.operations.registering import PASS
from portal.visitors.qr import drawn
from portal.visitors.routes import area
from portal.web import answer, unchanged

Page = str | tuple[str, int] | Response


@area.get("/v/<string:token>")
@link
def show_pass(token: str) -> Page:
    """The pass: QR and number to show at the kiosk, and what stands now."""
    visit = db.session.get_one(Visit, links.open_link(PASS, token).subject_id)
    url = address("visitors.show_pass", token=token)
    return unchanged(visit.version) or answer(
        "visitors/pass.html",
        "visitors/_pass.html",
        visit=visit,
        community=visit.community,
        url=url,
        token=token,
        qr=drawn(url),
        at=clock.now(),
    )


@area.get("/visit-answers/<string:token>")
@link
def ask_host(token: str) -> Page:
    """Who stands at the door. Looking decides nothing: mail scanners open links."""
    visit = _asked(token)
    return render_template("visitors/host.html", visit=visit, community=visit.community, token=token, at=clock.now())


@area.post("/visit-answers/<string:token>/approval")
@link
def host_approves(token: str) -> Page:
    visit = _asked(token)
    return _answered(visit, State.INSIDE)


@area.post("/visit-answers/<string:token>/refusal")
@link
def host_refuses(token: str) -> Page:
    visit = _asked(token)
    return _answered(visit, State.REFUSED)


def _asked(token: str) -> Visit:
    return db.session.get_one(Visit, links.open_link(confirming.ANSWER, token).subject_id)


def _answered(visit: Visit, becomes: State) -> Page:
    """Record the answer, unless the guard was faster; either way show what stands."""
    host = Actor(gettext("%(door)s 住户", door=visit.place))
    try:
        if becomes is State.INSIDE:
            confirming.confirm(visit, host, by=confirming.HOST)
        else:
            confirming.refuse(visit, host, by=confirming.HOST)
    except NotAllowedError:
        db.session.rollback()
    db.session.commit()
    return render_template("visitors/host_done.html", visit=visit, community=visit.community)


@area.get("/visit-privacy/<string:code>")
@public
def privacy(code: str) -> Page:
    """The whole notice: who, why, which fields, how long, what rights (PIPL art. 17)."""
    here = people.community_by_code(code)
    if here is None:
        abort(404)
    return render_template("visitors/privacy.html", community=here)
