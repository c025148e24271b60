"""The count of promises kept and broken."""

from datetime import timedelta

import time_machine

from portal import clock
from portal.db import db
from portal.standards import operations
from portal.standards.figures import Figures, figures, worst
from portal.timeline import Actor
from tests.cast import Cast
from tests.standards.conftest import START, Promised

HOUR = timedelta(hours=1)


def test_every_promise_is_counted_once(
    promised: Promised, moved: time_machine.Traveller, clerk: Actor, cast: Cast
) -> None:
    """CASE-2, REV-1: kept, broken and made good, broken and replaced, still late, running, ended: no averages."""
    kept, good, replaced, late, ended, paused = (promised() for _ in range(6))
    operations.keep(kept, clerk)
    operations.end(ended, "客户撤回", clerk)
    operations.pause(paused, "等配件", clerk)
    moved.shift(13 * HOUR)
    operations.keep(good, clerk)
    operations.renew(replaced, clock.now() + HOUR, "配件未到", clerk)
    operations.resume(paused, clerk)
    db.session.commit()
    found = figures(cast.community.id, START, START + 24 * HOUR, clock.now())
    assert found == {
        "CASE-5": Figures(
            made=7,
            kept=1,
            broken=3,
            made_good=1,
            still_late=1,
            running=2,
            ended=1,
            own_time=1,
            paused_count=1,
            paused=13 * HOUR,
        )
    }
    assert {row.id for row in worst(cast.community.id, "CASE-5", clock.now())} == {good.id, replaced.id, late.id}


def test_only_what_was_made_then_and_there(promised: Promised, cast: Cast) -> None:
    promised("CASE-6")
    db.session.commit()
    assert figures(cast.community.id, START - HOUR, START, clock.now()) == {}
    assert figures(cast.other_community.id, START, START + HOUR, clock.now()) == {}
    assert figures(cast.community.id, START, START + HOUR, clock.now(), standard_key="CASE-5") == {}
    assert figures(cast.community.id, START, START + HOUR, clock.now())["CASE-6"].running == 1
