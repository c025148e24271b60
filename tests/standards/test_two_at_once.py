"""Two people, and a person and the watch, at the same promise in the same moment."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from flask import Flask

from portal import timeline
from portal.db import db
from portal.standards import operations
from portal.standards.models import Promise
from portal.standards.moves import MoveError
from portal.timeline import Actor
from tests.cast import Cast

Act = Callable[[Promise], object]
PEOPLE = 4


def together(app: Flask, promise_id: int, act: Act) -> list[str]:
    """Everybody has loaded the promise before the first acts; what came of each."""
    start = Barrier(PEOPLE)

    def one(_number: int) -> str:
        with app.app_context():
            start.wait()
            row = db.session.get(Promise, promise_id)
            assert row
            try:
                act(row)
                db.session.commit()
            except MoveError:
                db.session.rollback()
                return "refused"
            return "done"

    with ThreadPoolExecutor(PEOPLE) as pool:
        return sorted(pool.map(one, range(PEOPLE)))


@pytest.mark.parametrize("verb", ["keep", "renew", "pause", "end"])
def test_only_one_of_four_moves_it(app: Flask, cast: Cast, verb: str) -> None:
    """CASE-2: four clicks at once make one change, one line of history, one new promise."""
    clerk = cast["receptionist"].actor
    made = operations.promise(cast.unit, "word", "CASE-5", cast["receptionist"].id, clerk)
    made_id, act = made.id, acts(made, clerk)[verb]
    db.session.commit()  # nothing is held here while the others act
    assert together(app, made_id, act) == ["done", "refused", "refused", "refused"]
    db.session.expire_all()
    assert len(timeline.history(made)) == 2
    assert db.session.query(Promise).count() == (2 if verb == "renew" else 1)


def acts(made: Promise, clerk: Actor) -> dict[str, Act]:
    new_time = made.due_at + timedelta(hours=1)
    return {
        "keep": lambda row: operations.keep(row, clerk),
        "renew": lambda row: operations.renew(row, new_time, "配件未到", clerk),
        "pause": lambda row: operations.pause(row, "等业主开门", clerk),
        "end": lambda row: operations.end(row, "并入另一单", clerk),
    }
