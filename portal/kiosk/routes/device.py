"""A machine becomes a kiosk: somebody types the administrator's code, or opens its link and agrees."""

from flask import current_app, redirect, render_template, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from portal.access import public
from portal.db import db
from portal.kiosk.forms import EnrolForm
from portal.kiosk.routes import area
from portal.people import devices
from portal.web import limiter

Page = str | tuple[str, int] | Response
GUESSES = "10 per 10 minutes"
YEARS_SECONDS = 5 * 365 * 24 * 3600


@area.route("/kiosk/enrol", methods=["GET", "POST"])
@public
@limiter.limit(GUESSES, methods=["POST"])
def enrol() -> Page:
    form = EnrolForm()
    if form.validate_on_submit():
        return _enrolled("".join(str(form.code.data).split())) or _refused(form)
    page = render_template("kiosk/enrol.html", form=form)
    return (page, 422) if form.errors else page


@area.route("/kiosk/enrol/<string:code>", methods=["GET", "POST"])
@public
@limiter.limit(GUESSES, methods=["POST"])
def enrol_by_link(code: str) -> Page:
    """The page behind the link asks; only the POST enrols."""
    form = EnrolForm(data={"code": code})
    if form.is_submitted():
        return _enrolled(code) or _refused(form)
    return render_template("kiosk/enrol_by_link.html", code=code)


def _enrolled(code: str) -> Response | None:
    made = devices.enrol(code)
    if made is None:
        return None
    db.session.commit()
    response = redirect(url_for("kiosk.home"), 303)
    response.set_cookie(
        current_app.config["KIOSK_COOKIE_NAME"],
        made[1],
        max_age=YEARS_SECONDS,
        httponly=True,
        samesite="Lax",
        secure=bool(current_app.config["SESSION_COOKIE_SECURE"]),
    )
    return response


def _refused(form: EnrolForm) -> tuple[str, int]:
    form.code.errors = [gettext("这个登记码用不了：可能按错了、用过了或过期了。请管理员再给一个。")]
    return render_template("kiosk/enrol.html", form=form), 422
