"""The public board of an estate: notices, and what must always be visible (NOT-1, COM-11)."""

from flask import abort, render_template

from portal.access import public
from portal.notices import queries
from portal.notices.models import Matter
from portal.notices.routes import area
from portal.people.models import Community
from portal.people.queries import community_by_code


@area.get("/board/<string:community_code>")
@public
def board(community_code: str) -> str:
    place = _place(community_code)
    return render_template(
        "notices/board.html",
        place=place,
        notices=queries.board(place.id),
        disclosures=queries.disclosures(place.id),
    )


@area.get("/board/<string:community_code>/<int:notice_id>")
@public
def read(community_code: str, notice_id: int) -> str:
    place = _place(community_code)
    notice = queries.published(place.id, notice_id) or abort(404)
    return render_template("notices/read.html", place=place, notice=notice, successor=queries.successor(notice))


@area.get("/board/<string:community_code>/<string:matter>")
@public
def disclosed(community_code: str, matter: str) -> str:
    place = _place(community_code)
    if matter not in set(Matter):
        abort(404)
    row = queries.disclosures(place.id).get(matter)
    return render_template("notices/disclosed.html", place=place, matter=matter, row=row)


def _place(code: str) -> Community:
    return community_by_code(code) or abort(404)
