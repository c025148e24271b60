"""Kiosks: a one-time code made by an administrator enrols one; it can be revoked at any time."""

import secrets
from datetime import timedelta

import sqlalchemy as sa

from portal import clock
from portal.db import db
from portal.people.models import Community, KioskCode, KioskDevice, User
from portal.secret import blind_index, new_token, token_hash
from portal.timeline import Actor, record

CODE_LASTS = timedelta(hours=24)
CODE_DIGITS = 10


def make_code(community: Community, place: str, user: User | None, actor: Actor) -> str:
    """A code of ten digits for the kiosk at that place, good once and for a day; only its hash is kept."""
    code, now = "".join(secrets.choice("0123456789") for _ in range(CODE_DIGITS)), clock.now()
    row = KioskCode(
        community_id=community.id,
        place=place,
        code_hash=_code_hash(code),
        made_by_id=user.id if user else None,
        made_at=now,
        ends_at=now + CODE_LASTS,
    )
    db.session.add(row)
    record(row, "code_made", actor, became=place)
    return code


def enrol(code: str) -> tuple[KioskDevice, str] | None:
    """Use the code up: the new device and its token, or None where the code is unknown, used or too old."""
    now = clock.now()
    used = db.session.execute(
        sa.update(KioskCode)
        .where(KioskCode.code_hash == _code_hash(code), KioskCode.used_at.is_(None), KioskCode.ends_at > now)
        .values(used_at=now)
        .returning(KioskCode.community_id, KioskCode.place)
    ).one_or_none()
    if used is None:
        return None
    token = new_token()
    device = KioskDevice(
        community_id=used.community_id, place=used.place, token_hash=token_hash(token), enrolled_at=now
    )
    db.session.add(device)
    record(device, "enrolled", Actor(f"大堂终端 {used.place}"), became=used.place)
    return device, token


def revoke(device: KioskDevice, actor: Actor, reason: str) -> None:
    """The device may do nothing from now on."""
    device.revoked_at = clock.now()
    record(device, "revoked", actor, reason=reason)


def devices_of(community: Community) -> list[KioskDevice]:
    query = sa.select(KioskDevice).where(KioskDevice.community_id == community.id)
    return list(db.session.scalars(query.order_by(KioskDevice.revoked_at.is_not(None), KioskDevice.enrolled_at.desc())))


def _code_hash(code: str) -> str:
    """Keyed, since ten digits could be tried out by whoever got hold of the table."""
    return blind_index("kiosk-code", code)
