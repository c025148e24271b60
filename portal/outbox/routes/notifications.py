"""What the portal tells the person who is signed in; the number in the page's head looks by itself."""

from collections.abc import Callable
from typing import Any

from flask import Response, abort, render_template, url_for
from werkzeug.wrappers import Response as BaseResponse

from portal.access import signed_in
from portal.db import db
from portal.outbox import operations, queries
from portal.outbox.models import Notification
from portal.outbox.routes import area
from portal.people.rights import current_community, current_user
from portal.web import go, go_to, inside, unchanged


@area.app_context_processor
def for_pages() -> dict[str, Callable[[], int]]:
    """`unread_notifications()` for the head of staff pages; asks only where it is called."""
    return {"unread_notifications": lambda: queries.unread(current_user().id, current_community().id)}


@area.get("/notifications")
@signed_in
def notifications() -> str:
    rows = queries.notifications(current_user().id, current_community().id)
    return render_template("outbox/notifications.html", rows=rows)


@area.get("/notifications/count")
@signed_in
def notification_count() -> Response | str:
    count = queries.unread(current_user().id, current_community().id)
    return unchanged(str(count)) or render_template("outbox/_notification_count.html", unread=count)


@area.post("/notifications/reading")
@signed_in
def read_notifications() -> BaseResponse:
    """All of them."""
    operations.read(current_user().id, current_community().id)
    db.session.commit()
    return go("outbox.notifications")


@area.post("/notifications/<int:notification_id>/reading")
@signed_in
def read_notification(notification_id: int) -> BaseResponse:
    """One of them."""
    row = _own(notification_id)
    row.read()
    db.session.commit()
    return go("outbox.notifications")


@area.post("/notifications/<int:notification_id>/opening")
@signed_in
def open_notification(notification_id: int) -> BaseResponse:
    """Read, and on to what it speaks of."""
    row = _own(notification_id)
    row.read()
    url = inside(row.url, url_for("outbox.notifications"))
    db.session.commit()
    return go_to(url)


def _own(notification_id: int) -> Notification:
    row: Any = queries.notification(current_user().id, notification_id)
    if row is None:
        abort(404)
    found: Notification = row
    return found
