"""The notice board in the lobby, with what must always be visible (NOT-1, COM-11)."""

from flask import abort, render_template, url_for

from portal.access import kiosk
from portal.kiosk.routes import area
from portal.notices import queries
from portal.notices.forms import CATEGORIES, MATTERS, PICTURES
from portal.notices.models import Matter
from portal.people.rights import current_community
from portal.standards.queries import standards_for
from portal.standards.words import amount_words


@area.get("/kiosk/board")
@kiosk
def board() -> str:
    place = current_community()
    return render_template(
        "kiosk/board.html",
        notices=queries.board(place.id),
        MATTERS=MATTERS,
        CATEGORIES=CATEGORIES,
        PICTURES=PICTURES,
        back=url_for("kiosk.home"),
    )


@area.get("/kiosk/board/<int:notice_id>")
@kiosk
def notice(notice_id: int) -> str:
    row = queries.published(current_community().id, notice_id) or abort(404)
    return render_template(
        "kiosk/notice.html",
        notice=row,
        successor=queries.successor(row),
        CATEGORIES=CATEGORIES,
        back=url_for("kiosk.board"),
    )


@area.get("/kiosk/board/standards")
@kiosk
def standards() -> str:
    rows = [row for row in standards_for(current_community().id).values() if row.standard.for_residents]
    return render_template(
        "kiosk/standards.html", standards=rows, amount_words=amount_words, back=url_for("kiosk.board")
    )


@area.get("/kiosk/board/<string:matter>")
@kiosk
def disclosed(matter: str) -> str:
    if matter not in set(Matter):
        abort(404)
    row = queries.disclosures(current_community().id).get(matter)
    return render_template("kiosk/disclosed.html", name=MATTERS[Matter(matter)], row=row, back=url_for("kiosk.board"))
