"""Groups: a named guide meets, leads and sees off; that is a promise with an owner (VIS-3)."""

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from portal import clock
from portal.db import db
from portal.standards.models import Promise
from portal.timeline import history
from portal.visitors.models import Visit
from tests.cast import Cast


def wall(hours: float) -> str:
    return f"{clock.local(clock.now() + timedelta(hours=hours)):%Y-%m-%dT%H:%M}"


def form(cast: Cast, **changed: str) -> dict[str, str]:
    return {
        "key": "k" * 32,
        "organisation": "市住建局",
        "people": "12",
        "purpose": "inspect",
        "guide_id": str(cast["manager"].id),
        "meet_at": wall(2),
        "meeting_place": "南门",
        "lead_at": wall(3),
        "see_off_at": wall(4),
        **changed,
    }


def announced(cast: Cast, signed_in: Any, **changed: str) -> Visit:
    signed_in("receptionist").submit("/visitors/groups/new", form(cast, **changed))
    visit: Visit = db.session.scalars(sa.select(Visit)).one()
    return visit


def promises() -> list[Promise]:
    return list(db.session.scalars(sa.select(Promise).order_by(Promise.id)))


def test_guide_owns_the_promise_to_meet(cast: Cast, signed_in: Any) -> None:
    """VIS-3: due five minutes (the standard) after the agreed time."""
    visit = announced(cast, signed_in)
    (promise,) = promises()
    assert (promise.clock, promise.standard_key, promise.owner_id) == ("meet", "VIS-3", cast["manager"].id)
    assert promise.due_at == visit.group.meet_at + timedelta(minutes=5)
    assert promise.path == f"/visitors/{visit.id}"
    listed = signed_in("guard").page("/visitors/groups").get_text(" ", strip=True)
    assert "市住建局" in listed
    assert "周敏" in listed


def test_form_sent_twice_is_one_group_and_one_promise(cast: Cast, signed_in: Any) -> None:
    announced(cast, signed_in)
    announced(cast, signed_in)
    assert len(promises()) == 1


def test_met_led_seen_off_each_once(cast: Cast, signed_in: Any) -> None:
    """VIS-3: a record of each moment; meeting keeps the promise."""
    visit, guard = announced(cast, signed_in), signed_in("guard")
    for moment in ("met", "led", "seen_off"):
        guard.submit(f"/visitors/{visit.id}/moments/{moment}")
    assert "已经记下" in guard.submit(f"/visitors/{visit.id}/moments/met").get_text()
    assert guard.send(f"/visitors/{visit.id}/moments/fed").status_code == 404
    group = visit.group
    assert group.met_at <= group.led_at <= group.seen_off_at
    (promise,) = promises()
    assert promise.kept_at is not None
    assert [entry.verb for entry in history(visit)] == ["booked", "guide", "met", "led", "seen_off"]


def test_another_time_needs_a_reason_and_is_a_new_promise(cast: Cast, signed_in: Any) -> None:
    visit, desk = announced(cast, signed_in), signed_in("receptionist")
    moved = form(cast, meet_at=wall(5), lead_at="", see_off_at="")
    page = desk.submit(f"/visitors/{visit.id}/guide", moved, 422)
    assert "请写明原因" in page.get_text()
    desk.submit(f"/visitors/{visit.id}/guide", {**moved, "reason": "对方航班晚点"})
    old, new = promises()
    assert old.ended_at is not None
    assert new.due_at == visit.group.meet_at + timedelta(minutes=5)


def test_another_guide_takes_the_promise_over(cast: Cast, signed_in: Any) -> None:
    visit = announced(cast, signed_in)
    kept: datetime = clock.local(visit.group.meet_at)
    same = form(cast, meet_at=f"{kept:%Y-%m-%dT%H:%M}", guide_id=str(cast["director"].id))
    signed_in("receptionist").submit(f"/visitors/{visit.id}/guide", same)
    (promise,) = promises()
    assert promise.owner_id == cast["director"].id


def test_group_called_off_is_waited_for_by_nobody(cast: Cast, signed_in: Any) -> None:
    visit = announced(cast, signed_in)
    signed_in("receptionist").submit(f"/visitors/{visit.id}/cancellation", {"reason": "对方改期"})
    (promise,) = promises()
    assert visit.state == "cancelled"
    assert promise.ended_at is not None


def test_wrong_times_and_guides(cast: Cast, signed_in: Any) -> None:
    desk = signed_in("receptionist")
    for wrong, says in (
        ({"meet_at": wall(-2)}, "现在以后"),
        ({"see_off_at": wall(1)}, "一个比一个晚"),
        ({"guide_id": str(cast["technician"].id)}, ""),
        ({"guide_id": str(cast.outsider.id)}, ""),
        ({"organisation": ""}, "请填来访单位"),
    ):
        assert says in desk.submit("/visitors/groups/new", form(cast, **wrong), 422).get_text()
    assert db.session.query(Visit).count() == 0
