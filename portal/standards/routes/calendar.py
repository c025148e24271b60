"""The working calendar, a month at a time; a day is set by a form that needs no mouse."""

from calendar import Calendar
from datetime import date, timedelta

from flask import flash, render_template, request
from flask_babel import gettext
from werkzeug.wrappers import Response

from portal import clock
from portal.access import Right, needs
from portal.db import db
from portal.people.rights import actor, current_community
from portal.standards import operations, queries
from portal.standards.forms import FIRST, LAST, DayForm
from portal.standards.models import DayKind
from portal.standards.routes import area
from portal.web import go

Page = str | tuple[str, int] | Response


@area.get("/standards/calendar")
@needs(Right.STANDARD_SEE)
def calendar() -> str:
    """`?month=2026-10` shows a month, `?day=2026-10-10` puts a day into the form as well."""
    picked = _day(request.args.get("day"))
    shown = _day(f"{request.args.get('month')}-01") or picked or clock.local(clock.now()).date()
    form = DayForm(formdata=None, data=_as_it_is(picked) if picked else {})
    return _page(shown, form)


@area.post("/standards/calendar/days")
@needs(Right.STANDARD_SET)
def set_day() -> Page:
    form = DayForm()
    if not form.validate_on_submit() or form.day.data is None:
        return _page(_day(str(form.day.data)) or clock.local(clock.now()).date(), form), 422
    operations.set_day(
        current_community().id,
        form.day.data,
        DayKind(form.kind.data),
        str(form.name.data),
        str(form.reason.data),
        actor(),
    )
    db.session.commit()
    flash(gettext("已记下。今后的承诺按新日历计算，已经告诉客户的时间不变。"))
    return go("standards.calendar", month=f"{form.day.data:%Y-%m}")


def _day(text: str | None) -> date | None:
    try:
        day = date.fromisoformat(text or "")
    except ValueError:
        return None
    return day if FIRST <= day <= LAST else None


def _as_it_is(day: date) -> dict[str, object]:
    """How the day stands now, to begin the form with."""
    row = queries.days(current_community().id, day, day).get(day)
    works = row.works if row else day.weekday() < 5
    return {"day": day, "kind": str(DayKind.WORKDAY if works else DayKind.HOLIDAY), "name": row.name if row else ""}


def _page(shown: date, form: DayForm) -> str:
    place, first = current_community(), shown.replace(day=1)
    weeks = Calendar().monthdatescalendar(first.year, first.month)
    known = queries.calendar_known_until()
    return render_template(
        "standards/calendar.html",
        first=first,
        weeks=weeks,
        days=queries.days(place.id, weeks[0][0], weeks[-1][-1]),
        before=first - timedelta(days=1),
        after=first + timedelta(days=31),
        known_until=known,
        beyond=known is None or first > known,
        history=queries.day_changes(place.id),
        form=form,
        today=clock.local(clock.now()).date(),
    )
