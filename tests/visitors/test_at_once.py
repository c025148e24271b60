"""Several people press at the same moment: one act."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

from flask import Flask

from portal.db import db
from portal.timeline import SYSTEM, history
from portal.visitors.models import Visit
from portal.visitors.moves import NotAllowedError
from portal.visitors.operations import confirming
from portal.visitors.operations.registering import Told, walk_in
from tests.cast import Cast

HANDS = 8


def all_at_once(app: Flask, act: Callable[[], Any]) -> list[Any]:
    """What each hand got, or NotAllowedError."""
    start = Barrier(HANDS)

    def hand(_number: int) -> Any:
        with app.app_context():
            start.wait()
            try:
                got = act()
                db.session.commit()
            except NotAllowedError as refused:
                db.session.rollback()
                return refused
            return got

    db.session.commit()
    db.session.remove()
    with ThreadPoolExecutor(HANDS) as pool:
        return list(pool.map(hand, range(HANDS)))


def test_one_form_sent_eight_times_at_once_is_one_visit(app: Flask, cast: Cast) -> None:
    """VIS-1: the form's one-time key."""
    unit_id, community = cast.unit.id, cast.community
    community_id = community.id

    def act() -> int:
        here = db.session.get_one(type(community), community_id)
        told = Told("guest", unit_id=unit_id, phone="13912345678", purpose="friend")
        return walk_in(told, community=here, channel="desk", actor=SYSTEM, form_key="k" * 32).visit.id

    assert len(set(all_at_once(app, act))) == 1
    assert db.session.query(Visit).count() == 1


def test_eight_answers_at_once_let_in_once(app: Flask, guest: Callable[..., Visit]) -> None:
    """VIS-2: household and guard press together; the visitor is inside once."""
    visit_id = guest().id

    def act() -> None:
        confirming.confirm(db.session.get_one(Visit, visit_id), SYSTEM, by="guard", reason="同时")

    got = all_at_once(app, act)
    assert sum(isinstance(one, NotAllowedError) for one in got) == HANDS - 1
    visit = db.session.get_one(Visit, visit_id)
    assert (visit.state, visit.entries) == ("inside", 1)
    assert [entry.verb for entry in history(visit)].count("approved") == 1
