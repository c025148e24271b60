"""Where a visit stands, the one table of allowed moves, and the one function that moves."""

from datetime import timedelta
from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _l

from portal import clock, timeline
from portal.db import db
from portal.secret import without_numbers
from portal.visitors.models import Visit


class State(StrEnum):
    EXPECTED = "expected"  # a household or the desk said that they will come
    WAITING = "waiting"  # at the door; household or guard is to say yes
    INSIDE = "inside"
    LEFT = "left"
    REFUSED = "refused"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


STATES: dict[str, Any] = {
    State.EXPECTED: _l("已预约"),
    State.WAITING: _l("等待确认"),
    State.INSIDE: _l("在内"),
    State.LEFT: _l("已离开"),
    State.REFUSED: _l("未放行"),
    State.CANCELLED: _l("已取消"),
    State.EXPIRED: _l("已过期"),
}
MOVES: dict[State, frozenset[State]] = {
    State.EXPECTED: frozenset({State.INSIDE, State.CANCELLED, State.EXPIRED}),
    State.WAITING: frozenset({State.INSIDE, State.REFUSED, State.CANCELLED, State.EXPIRED}),
    State.INSIDE: frozenset({State.LEFT}),
    State.LEFT: frozenset({State.INSIDE}),  # a pass for several entries, while it runs
    State.REFUSED: frozenset({State.INSIDE}),  # the guard found out more
    State.CANCELLED: frozenset(),
    State.EXPIRED: frozenset(),
}
OVER = frozenset({State.LEFT, State.REFUSED, State.CANCELLED, State.EXPIRED})
STORY: dict[str, Any] = {
    "registered": _l("登记"),
    "booked": _l("预约"),
    "asked": _l("问住户"),
    "entered": _l("进入"),
    "approved": _l("同意进入"),
    "refused": _l("未放行"),
    "left": _l("签离"),
    "cancelled": _l("取消"),
    "expired": _l("过期"),
    "overdue": _l("提醒门岗"),
    "document": _l("登记证件"),
    "guide": _l("安排接待"),
    "met": _l("迎接"),
    "led": _l("引导"),
    "seen_off": _l("送别"),
    "promised": _l("约定时间"),
}


class NotAllowedError(ValueError):
    """The visit does not stand where this could be done; somebody else was faster, or the page is old."""


def move(
    visit: Visit,
    becomes: State,
    verb: str,
    actor: timeline.Actor,
    *,
    reason: str | None = None,
    data: dict[str, Any] | None = None,
) -> None:
    """Take the visit to `becomes` and write it down. NotAllowedError where the table has no such move.

    The row is read again and held first, so that of two people who press at once the second is told.
    Reasons are typed by people: whatever looks like a number of a person is struck out before it is kept.
    """
    db.session.flush()
    db.session.refresh(visit, with_for_update={"of": Visit})
    was = State(visit.state)
    if becomes not in MOVES[was]:
        raise NotAllowedError(f"a visit does not move from {was} to {becomes}")
    visit.state = becomes
    visit.changed_at = clock.now()
    if becomes in OVER and not visit.may_come_again(visit.changed_at):
        over = clock.local(visit.changed_at).date() + timedelta(days=visit.keep_days)
        visit.forget_on = min(visit.forget_on, over)  # never later than the visitor was told
    kept = without_numbers(reason) if reason else None
    timeline.record(visit, verb, actor, was=was, became=becomes, reason=kept, data=data)
