"""Visitors of the demo estate: some inside, one waiting at the door, one expected, one who stayed too long."""

from datetime import timedelta
from typing import Any

from portal import clock
from portal.people import queries
from portal.people.models import Community
from portal.timeline import Actor
from portal.visitors.operations import passing
from portal.visitors.operations.registering import Told, book, walk_in

KIOSK = Actor("大堂终端 1 栋大堂")
GUARD = Actor("赵岗")


def tell(place: Community) -> None:
    now = clock.now()
    _came(place, now - timedelta(hours=26), "guest", "2-0301", "李宁", "13712340011", "friend", left=3)
    _came(place, now - timedelta(hours=9), "guest", "5-0204", "何平", "13712340012", "friend")
    _came(place, now - timedelta(minutes=50), "guest", "3-0701", "孙悦", "13712340013", "meal")
    _came(place, now - timedelta(minutes=12), "courier", "1-0502", None, "13712340014", None)
    waiting = Told("guest", unit_id=_unit(place, "4-0803"), name="周凯", phone="13712340015", purpose="friend")
    with clock.told(now - timedelta(minutes=2)):
        walk_in(waiting, community=place, channel="kiosk", actor=KIOSK)
    expected = Told(
        "guest",
        unit_id=_unit(place, "6-1001"),
        name="钱琳",
        people=2,
        purpose="friend",
        starts_at=now - timedelta(minutes=30),
        ends_at=now + timedelta(hours=6),
    )
    book(expected, community=place, channel="household", actor=Actor("住户 6 栋 1001"))


def _unit(place: Community, door: str) -> int:
    return queries.find_unit(place.id, door)[0].id


def _came(
    place: Community, at: Any, kind: str, door: str, name: str | None, phone: str, purpose: str | None, left: int = 0
) -> None:
    told = Told(kind, unit_id=_unit(place, door), name=name, phone=phone, purpose=purpose)
    with clock.told(at):
        visit = walk_in(told, community=place, channel="desk", actor=GUARD, arrival="enter").visit
    if left:
        with clock.told(at + timedelta(hours=left)):
            passing.leave(visit, GUARD)
