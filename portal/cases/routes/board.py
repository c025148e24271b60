"""The desk's board, live."""

from typing import Any

from flask import request, url_for
from werkzeug.wrappers import Response

from portal.access import Right, Role, needs
from portal.cases import queries
from portal.cases.kinds import KINDS
from portal.cases.routes import area
from portal.cases.stages import Channel, Stage
from portal.people import queries as people
from portal.people.rights import current_community, current_user
from portal.web import answer, go_to, row_id, unchanged

FLAGS = ("unassigned", "late", "soon", "waiting", "follow_up", "urgent")


@area.get("/desk/")
@needs(Right.DESK)
def board() -> Response:
    """The page; asked again every few seconds with ?seen=, the part that changes or 204."""
    place = current_community()
    version = queries.version(place.id)
    same = unchanged(version)
    if same:
        return same
    filters = _filters()
    number = queries.exact_number(filters.q) if filters.q else None
    rows = queries.board(place.id, filters)
    if number and len(rows) == 1 and rows[0].case.number == number:
        there: Any = go_to(url_for("cases.show", case_id=rows[0].case.id))
        return there  # type: ignore[no-any-return]
    return answer(
        "cases/board.html",
        "cases/_board.html",
        rows=rows,
        figures=queries.figures(place.id),
        filters=filters,
        asked=_asked(),
        version=version,
        technicians=people.staff_with_role(place.id, Role.TECHNICIAN),
        most=queries.MOST,
    )


def _filters() -> queries.Filters:
    asked = request.args
    return queries.Filters(
        kind=asked.get("kind") if asked.get("kind") in KINDS else None,
        stage=asked.get("stage") if asked.get("stage") in list(Stage) else None,
        channel=asked.get("channel") if asked.get("channel") in list(Channel) else None,
        mine=current_user().id if asked.get("mine") else None,
        handler=asked.get("handler", type=row_id),
        q=asked.get("q", "").strip()[:80],
        **{flag: bool(asked.get(flag)) for flag in FLAGS},
    )


def _asked() -> dict[str, str]:
    """What the address asks for, to be asked again by the poll and carried on by the filters."""
    return {name: value for name, value in request.args.items() if name != "seen" and value}
