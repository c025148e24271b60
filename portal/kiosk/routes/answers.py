"""咨询: what is known, by category or by words; what is not known becomes an enquiry (PROC-8, CASE-11)."""

from flask import abort, redirect, render_template, session, url_for
from werkzeug.wrappers import Response

from portal.access import kiosk
from portal.kiosk.forms import LookForm
from portal.kiosk.routes import area
from portal.knowledge import queries
from portal.knowledge.forms import CATEGORIES, PICTURES
from portal.knowledge.models import Category
from portal.people.rights import current_community

Page = str | tuple[str, int] | Response


@area.get("/kiosk/answers")
@kiosk
def answers() -> str:
    session.pop("looked_for", None)
    return _home(LookForm())


@area.post("/kiosk/answers")
@kiosk
def look() -> Page:
    """The words looked for stand in the session, not in an address that the browser remembers."""
    form = LookForm()
    if not form.validate_on_submit():
        return _home(form), 422
    session["looked_for"] = form.q.data
    return redirect(url_for("kiosk.found"), 303)


@area.get("/kiosk/answers/found")
@kiosk
def found() -> Page:
    words = session.get("looked_for")
    if not words:
        return redirect(url_for("kiosk.answers"), 303)
    rows = queries.search(current_community().id, words)
    return render_template("kiosk/found.html", words=words, answers=rows, back=url_for("kiosk.answers"))


@area.get("/kiosk/answers/<string:category>")
@kiosk
def category(category: str) -> str:
    if category not in CATEGORIES:
        abort(404)
    rows = queries.answers(current_community().id, category)
    name = CATEGORIES[Category(category)]
    return render_template("kiosk/category.html", name=name, answers=rows, back=url_for("kiosk.answers"))


@area.get("/kiosk/answers/<int:answer_id>")
@kiosk
def answer(answer_id: int) -> str:
    row = queries.in_use(current_community().id, answer_id) or abort(404)
    back = url_for("kiosk.found") if session.get("looked_for") else url_for("kiosk.category", category=row.category)
    return render_template("kiosk/answer.html", answer=row, back=back)


def _home(form: LookForm) -> str:
    counts = queries.counts(current_community().id)
    return render_template(
        "kiosk/answers.html",
        form=form,
        CATEGORIES=CATEGORIES,
        PICTURES=PICTURES,
        counts=counts,
        back=url_for("kiosk.home"),
    )
