"""The desk's hours and numbers, and calls from the kiosks."""

from datetime import time, timedelta

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from portal import clock
from portal.db import db
from portal.desk.models import KioskCall
from portal.people.models import Community, KioskDevice, User
from portal.standards.queries import standard_for
from portal.timeline import Actor, record

UNANSWERED_AFTER = timedelta(minutes=2)  # then the kiosk shows the 24 h number
HOURS_STANDARD = "CASE-16"


class HoursTooShortError(Exception):
    """Shorter desk hours than the standard asks for need a reason."""


def open_hours(opens: time, closes: time) -> timedelta:
    """How long the desk is open a day; hours over midnight count too, equal times are a whole day."""
    minutes = (closes.hour - opens.hour) * 60 + closes.minute - opens.minute
    return timedelta(minutes=minutes if minutes > 0 else minutes + 24 * 60)


def shortest_hours(community_id: int) -> timedelta:
    """What CASE-16 asks for in this estate."""
    return timedelta(hours=standard_for(community_id, HOURS_STANDARD).amount)


def set_hours(community: Community, opens: time, closes: time, reason: str, actor: Actor) -> None:
    """New desk hours. Less than the standard is possible, but not without a reason on record."""
    if open_hours(opens, closes) < shortest_hours(community.id) and not reason:
        raise HoursTooShortError
    was, became = _hours(community.desk_opens, community.desk_closes), _hours(opens, closes)
    if was != became:
        community.desk_opens, community.desk_closes = opens, closes
        record(community, "desk_hours", actor, was=was, became=became, reason=reason or None)


def set_phones(community: Community, phone_24h: str, complaint_phone: str, actor: Actor) -> None:
    """The numbers that kiosk and board show (CASE-10, CASE-16). The complaint number is the company's."""
    if (community.phone_24h or "") != phone_24h:
        record(community, "phone_24h", actor, was=community.phone_24h, became=phone_24h)
        community.phone_24h = phone_24h or None
    company = community.company
    if (company.complaint_phone or "") != complaint_phone:
        record(community, "complaint_phone", actor, was=company.complaint_phone, became=complaint_phone)
        company.complaint_phone = complaint_phone or None


def call_desk(device: KioskDevice) -> KioskCall:
    """Ring at the desk. While a call of this kiosk still rings, a second tap is the same call."""
    there = _ringing_of(device)
    if there is not None:
        return there
    call = KioskCall(community_id=device.community_id, device_id=device.id, place=device.place, called_at=clock.now())
    try:
        with db.session.begin_nested():
            db.session.add(call)
    except IntegrityError:
        return _ringing_of(device) or call
    record(call, "called", Actor(f"大堂终端 {device.place}"), became=device.place)
    return call


def take(call: KioskCall, user: User) -> bool:
    """The first who takes it goes; False to everyone after (call.taken_by says who went)."""
    taken = _close(call, taken_at=clock.now(), taken_by_id=user.id)
    if taken:
        record(call, "taken", user.actor)
    return taken


def call_off(call: KioskCall, actor: Actor) -> bool:
    """The person at the kiosk needs nobody any more."""
    ended = _close(call, called_off_at=clock.now())
    if ended:
        record(call, "called_off", actor)
    return ended


def _close(call: KioskCall, **values: object) -> bool:
    done = db.session.execute(
        sa.update(KioskCall)
        .where(KioskCall.id == call.id, KioskCall.taken_at.is_(None), KioskCall.called_off_at.is_(None))
        .values(**values)
    )
    db.session.refresh(call)
    return bool(done.rowcount == 1)  # type: ignore[attr-defined]


def _ringing_of(device: KioskDevice) -> KioskCall | None:
    return db.session.scalar(
        sa.select(KioskCall).where(
            KioskCall.device_id == device.id, KioskCall.taken_at.is_(None), KioskCall.called_off_at.is_(None)
        )
    )


def _hours(opens: time, closes: time) -> str:
    return f"{opens:%H:%M}–{closes:%H:%M}"
