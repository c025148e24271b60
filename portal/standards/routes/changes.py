"""Everything that changed a clock: who, when, why (issue 2, section 4)."""

from datetime import datetime, time, timedelta

from flask import render_template, request

from portal import clock
from portal.access import Right, needs
from portal.people.rights import current_community
from portal.standards import queries
from portal.standards.routes import area

MOST = 500


@area.get("/promises/changes")
@needs(Right.DESK)
def changes() -> str:
    """The changes of one day, `?day=2026-11-21`, newest first."""
    today = clock.local(clock.now()).date()
    day = min(clock.day(request.args.get("day", "")) or today, today)
    since = datetime.combine(day, time(), clock.CHINA)
    rows = queries.changes(current_community().id, since, since + timedelta(days=1), limit=MOST)
    return render_template("standards/changes.html", rows=rows, day=day, today=today, full=len(rows) == MOST)
