"""Before every request: who is it, and does the view's mark (portal/access.py) let them in? No mark, no entry."""

from typing import Any

import sqlalchemy as sa
from flask import Flask, abort, current_app, g, redirect, request, session, url_for
from werkzeug.local import LocalProxy
from werkzeug.wrappers import Response

from portal import clock
from portal.access import Access, Right
from portal.db import db
from portal.people.models import Community, KioskDevice, SignIn, User
from portal.people.rights import allowed, current_sign_in, refuse
from portal.secret import token_hash
from portal.web import is_fragment

OPEN_ENDPOINTS = frozenset({"static", "front_end.file"})
OPEN_TO_A_NEW_PASSWORD = frozenset(
    {"people.account", "people.change_password", "people.sign_out", "people.choose_language", "front_end.file"}
)


def init_app(app: Flask) -> None:
    app.before_request(check)
    app.context_processor(for_templates)


def for_templates() -> dict[str, Any]:
    """What every template may ask. Looked up only where used, so that a page for an error asks the database nothing."""
    return {
        "allowed": allowed,
        "Right": Right,
        "me": LocalProxy(_me),
        "community": LocalProxy(_community),
        "my_communities": my_communities,
        "has_view": lambda endpoint: endpoint in current_app.view_functions,
    }


def my_communities() -> list[Community]:
    """Where the person at this request may work, by name; a query only for those with roles in several places."""
    me, community = _me(), _community()
    places = {grant.community_id for grant in me.grants} if me else set()
    if me is None or places <= {community.id if community else None}:
        return [community] if community else []
    mine = Community.company_id == me.company_id if None in places else Community.id.in_(places)
    return list(db.session.scalars(sa.select(Community).where(mine).order_by(Community.name)))


def _me() -> User | None:
    sign_in = current_sign_in()
    return sign_in.user if sign_in else None


def _community() -> Community | None:
    holder = g.get("kiosk") or current_sign_in()
    return holder.community if holder else None


def check() -> Response | None:
    if request.endpoint is None or request.endpoint in OPEN_ENDPOINTS:
        return None  # 404 and 405 answer themselves
    access: Access | None = getattr(current_app.view_functions[request.endpoint], "access", None)
    if access is None:
        abort(403)
    g.sign_in = None if access.kind == "kiosk" else _sign_in()
    if access.kind == "kiosk":
        g.kiosk = _kiosk()
        return redirect(url_for("kiosk.enrol")) if g.kiosk is None else None
    if access.kind in ("signed_in", "right") and g.sign_in is None:
        return _to_sign_in()
    if g.sign_in is not None and g.sign_in.user.must_change_password and request.endpoint not in OPEN_TO_A_NEW_PASSWORD:
        return redirect(url_for("people.account"))
    if access.right is not None and not allowed(access.right):
        refuse(access.right)
    return None


def _to_sign_in() -> Response:
    if request.method != "GET" or is_fragment():
        abort(401)
    return redirect(url_for("people.sign_in", next=request.full_path.rstrip("?")))


def _sign_in() -> SignIn | None:
    token = session.get("sign_in")
    if not token:
        return None
    row = db.session.scalar(sa.select(SignIn).where(SignIn.token_hash == token_hash(token)))
    if row is None or row.ended_at or row.ends_at <= clock.now() or row.user.disabled_at:
        return None
    return row


def device_key() -> str:
    """By which guesses at a kiosk are counted: the device, whatever its address."""
    return token_hash(_kiosk_token() or "")


def _kiosk() -> KioskDevice | None:
    token = _kiosk_token()
    if not token:
        return None
    return db.session.scalar(
        sa.select(KioskDevice).where(KioskDevice.token_hash == token_hash(token), KioskDevice.revoked_at.is_(None))
    )


def _kiosk_token() -> str | None:
    return request.cookies.get(current_app.config["KIOSK_COOKIE_NAME"])
