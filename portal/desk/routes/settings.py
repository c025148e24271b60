"""When the desk is open and which numbers are published (CASE-10, CASE-16)."""

from flask import flash, render_template
from flask_babel import gettext
from werkzeug.wrappers import Response

from portal.access import Right, needs
from portal.db import db
from portal.desk import operations
from portal.desk.forms import SettingsForm
from portal.desk.routes import area
from portal.people.rights import actor, current_community
from portal.web import go

Page = str | tuple[str, int] | Response


@area.route("/desk/settings", methods=["GET", "POST"])
@needs(Right.STANDARD_SET)
def settings() -> Page:
    place = current_community()
    form = SettingsForm(obj=place, data={"complaint_phone": place.company.complaint_phone})
    if form.validate_on_submit() and _save(form):
        db.session.commit()
        flash(gettext("已保存。大堂终端和公告栏现在就按这个显示。"))
        return go("desk.settings")
    page = render_template(
        "desk/settings.html",
        form=form,
        hours=operations.open_hours(place.desk_opens, place.desk_closes),
        shortest=operations.shortest_hours(place.id),
    )
    return (page, 422) if form.errors else page


def _save(form: SettingsForm) -> bool:
    place = current_community()
    try:
        operations.set_hours(place, form.desk_opens.data, form.desk_closes.data, str(form.reason.data), actor())
    except operations.HoursTooShortError:
        hours = operations.shortest_hours(place.id).total_seconds() / 3600
        form.refuse(gettext("前台每天不少于 %(hours)g 小时（含节假日）。要短于它，请写明原因。", hours=hours))
        return False
    operations.set_phones(place, str(form.phone_24h.data), str(form.complaint_phone.data), actor())
    return True
