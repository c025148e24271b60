"""Finding is authorising: rows are loaded through the rights of the one who asks."""

from typing import Any, NoReturn, TypeVar

import sqlalchemy as sa
from flask import abort, g

from portal.access import Right
from portal.db import Base, db
from portal.people.models import Community, KioskDevice, SignIn, User
from portal.timeline import Actor, audit_refusal

Row = TypeVar("Row", bound=Base)


def current_sign_in() -> SignIn | None:
    """The session of the person at this request, if signed in (set by people/guard.py)."""
    sign_in: SignIn | None = g.get("sign_in")
    return sign_in


def current_user() -> User:
    """The person signed in; 401 if nobody is."""
    sign_in = current_sign_in()
    if sign_in is None:
        abort(401)
    return sign_in.user


def current_kiosk() -> KioskDevice:
    """The enrolled kiosk at this request; 401 if it is none."""
    device: KioskDevice | None = g.get("kiosk")
    if device is None:
        abort(401)
    return device


def current_community() -> Community:
    """The community at hand: the kiosk's, or the one the signed-in person works in."""
    if g.get("kiosk"):
        return current_kiosk().community
    sign_in = current_sign_in()
    if sign_in is None or sign_in.community is None:
        abort(401)
    return sign_in.community


def actor() -> Actor:
    """Who acts in this request."""
    if g.get("kiosk"):
        return Actor(f"大堂终端 {current_kiosk().place}")
    return current_user().actor


def allowed(right: Right) -> bool:
    """Whether the person at this request holds the right in the community at hand."""
    sign_in = current_sign_in()
    if sign_in is None or sign_in.community is None:
        return False
    return right in sign_in.user.rights_in(sign_in.community)


def find(model: type[Row], row_id: int, right: Right) -> Row:
    """The row of the community at hand: 404 where it is another community's, 403 where the right is missing."""
    community = current_community()
    row: Any = db.session.scalar(
        sa.select(model).where(model.id == row_id, model.community_id == community.id)  # type: ignore[attr-defined]
    )
    if row is None:
        abort(404)
    if not allowed(right):
        refuse(right, row)
    found: Row = row
    return found


def refuse(right: Right, subject: Any = None) -> NoReturn:
    """403, and the refusal is kept."""
    audit_refusal(actor(), community_id=current_community().id, subject=subject, reason=str(right))
    abort(403)
