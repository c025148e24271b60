"""Faults that no mail may be lost to: real processes, killed for real, and a sink that records every mail.

`make soak` does all of them, many times. Here are those that tests/outbox does not do in smaller pieces.
"""

import os
import signal
import subprocess
import sys
import time

import pytest
import sqlalchemy as sa

from portal import timeline
from portal.db import db
from portal.outbox import operations as outbox
from portal.outbox.models import Message, Priority
from tests.cast import Cast
from tests.faults.faults import BY_DATABASE, EVERYWHERE
from tests.faults.fleet import ROOT, Fleet
from tests.faults.publisher import MAILS, MOMENTS
from tests.faults.rounds import Count, finished, play, publish
from tests.servers import until

RESUME_SECONDS = 15


def round_of(running: Fleet, cast: Cast, name: str, seed: int, priority: Priority = Priority.NORMAL) -> Count:
    place = cast.community.id
    db.session.rollback()
    fault = BY_DATABASE[db.engine.dialect.name][name]
    return play(running, place, fault, f"{name} {seed}", priority)


@pytest.mark.parametrize("seed", [1, 2])
def test_mail_goes_on_within_15_seconds_of_a_workers_sigkill(running: Fleet, cast: Cast, seed: int) -> None:
    """Delivery: SIGKILL at a random row: 0 lost, 0 twice, at most one put before a person, and on it goes."""
    count = round_of(running, cast, "killed", seed)
    assert (count.lost, count.duplicated, count.unexpected) == (0, 0, 0)
    assert count.parked <= 1
    assert count.resumed is not None and count.resumed <= RESUME_SECONDS


@pytest.mark.parametrize("name", ["deployed", "queue killed", "queue flushed", "clock jumped"])
def test_nothing_is_lost_or_doubled(running: Fleet, cast: Cast, name: str) -> None:
    """Delivery: SIGTERM as in a deploy; Redis killed, wiped, flushed; a clock that jumps."""
    assert name in EVERYWHERE
    count = round_of(running, cast, name, 1)
    assert (count.lost, count.duplicated, count.unexpected) == (0, 0, 0)
    assert count.parked <= 1


def test_nothing_is_lost_when_the_database_is_away(running: Fleet, cast: Cast) -> None:
    """Delivery: the database connection terminated mid-batch; on SQLite, a disk that is full."""
    name = "disk full" if db.engine.dialect.name == "sqlite" else "connections ended"
    count = round_of(running, cast, name, 1)
    assert (count.lost, count.duplicated, count.unexpected) == (0, 0, 0)
    assert count.parked <= 1


def test_nothing_goes_out_after_a_cancellation_but_what_was_in_flight(running: Fleet, cast: Cast) -> None:
    """Delivery: cancelling stops all that is not in flight."""
    place = cast.community.id
    db.session.rollback()
    taken: list[int] = []

    def cancelled(fleet: Fleet) -> float:
        message = db.session.scalars(sa.select(Message)).one()
        outbox.cancel(message, timeline.Actor("周敏"))
        db.session.commit()
        taken.append(len(fleet.sink.taken))
        return time.monotonic()

    count = play(running, place, cancelled, "cancelled 1")
    assert (count.lost, count.duplicated, count.unexpected, count.parked) == (0, 0, 0, 0)
    assert len(running.sink.taken) <= taken[0] + 1
    assert count.acknowledged == len(running.sink.taken)


def test_an_emergency_does_not_wait_behind_a_survey(running: Fleet, cast: Cast) -> None:
    """Delivery: the emergency has its own queue and worker, and goes out while ordinary mail waits."""
    place = cast.community.id
    db.session.rollback()
    publish(place, "survey", 2000, Priority.BULK)
    until(lambda: len(running.sink.taken) > 10, "the survey did not begin", 60)
    storm = publish(place, "storm", 50, Priority.EMERGENCY)
    until(lambda: storm <= {one.to for one in running.sink.taken}, "the emergency waits", 20)
    assert len(running.sink.taken) < 2050, "the survey was first"


def test_a_publisher_who_dies(running: Fleet, cast: Cast) -> None:
    """Delivery: kill -9 before commit: nothing was said. Between commit and doorbell: all of it goes out."""
    place = cast.community.id
    db.session.rollback()
    for moment in MOMENTS:
        command = [sys.executable, "-m", "tests.faults.publisher", str(place), moment]
        environ = os.environ | {"REDIS_URL": running.redis_url}
        assert subprocess.run(command, cwd=ROOT, env=environ, check=False).returncode == -signal.SIGKILL
    until(lambda: len(running.sink.taken) == MAILS and finished(), "the mail was not found", 60)
    assert {one.to for one in running.sink.taken} == {f"{MOMENTS[1]}-{number}@sink.test" for number in range(MAILS)}
