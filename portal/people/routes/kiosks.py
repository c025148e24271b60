"""Kiosks of the estate: make a one-time code, see which are enrolled, revoke one."""

from flask import current_app, flash, render_template, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import StringField
from wtforms.validators import DataRequired, Length

from portal.access import Right, needs
from portal.db import db
from portal.people import devices
from portal.people.models import KioskDevice
from portal.people.rights import actor, current_community, current_user, find
from portal.people.routes import area
from portal.people.sign_in_forms import ReasonForm
from portal.qr import svg
from portal.web import go

Page = str | tuple[str, int] | Response


class PlaceForm(FlaskForm):
    place = StringField(_("放在哪里"), [DataRequired(_("请写明终端放在哪里，例：1 栋大堂。")), Length(max=60)])


@area.get("/kiosks")
@needs(Right.DEVICE)
def kiosks() -> Page:
    return _page(PlaceForm(), ReasonForm())


@area.post("/kiosks")
@needs(Right.DEVICE)
def make_kiosk_code() -> Page:
    form = PlaceForm()
    if not form.validate_on_submit():
        return _page(form, ReasonForm()), 422
    code = devices.make_code(current_community(), form.place.data, current_user(), actor())
    db.session.commit()
    link = current_app.config["PUBLIC_URL"] + url_for("kiosk.enrol_by_link", code=code)
    return render_template("people/kiosk_code.html", code=code, place=form.place.data, link=link, qr=svg(link))


@area.post("/kiosks/<int:device_id>/revoke")
@needs(Right.DEVICE)
def revoke_kiosk(device_id: int) -> Page:
    device, form = find(KioskDevice, device_id, Right.DEVICE), ReasonForm()
    if not form.validate_on_submit():
        return _page(PlaceForm(), form), 422
    devices.revoke(device, actor(), form.reason.data)
    db.session.commit()
    flash(gettext("%(place)s 的终端已停用，它不能再打开任何页面。", place=device.place))
    return go("people.kiosks")


def _page(form: PlaceForm, reason: ReasonForm) -> str:
    rows = devices.devices_of(current_community())
    return render_template("people/kiosks.html", form=form, reason=reason, devices=rows)
