"""What the sweep finds: dead workers, lost bells, mail whose time is over."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from sqlalchemy import event

from portal import clock, queue
from portal.db import db
from portal.outbox import claims, lease
from portal.outbox.delivery import deliver
from portal.outbox.models import Delivery, Message, Priority
from portal.outbox.sweep import sweep
from tests.outbox.peer import Moody
from tests.servers import until

Write = Callable[..., Message]
States = Callable[[], dict[str, str]]
One = Callable[[str], Delivery]
Tries = Callable[[Delivery], list[str]]
DEAD = timedelta(seconds=7)


def die_with_the_first_on_the_wire(owner: str) -> None:
    """What a worker leaves that is killed after it marked its first delivery."""
    first, *_ = claims.claim(owner, "email", urgent_only=False, limit=250)
    with db.engine.begin() as connection:
        assert claims.mark(connection, first)


def test_a_dead_workers_deliveries_go_out_and_the_one_on_the_wire_is_parked(
    write: Write, states: States, one: One, tries: Tries, peer: Moody
) -> None:
    """Delivery: lease expired and not in flight → queued; in flight → unknown, for a person to look at."""
    write("a@x.test", "b@x.test", "c@x.test")
    die_with_the_first_on_the_wire("dead")
    assert sweep()
    assert set(states().values()) == {"sending"}  # it may only be slow
    with time_machine.travel(clock.now() + DEAD, tick=True):
        sweep()
        assert states() == {"a@x.test": "unknown", "b@x.test": "queued", "c@x.test": "queued"}
        assert deliver() == 2
    assert states() == {"a@x.test": "unknown", "b@x.test": "sent", "c@x.test": "sent"}
    row = one("a@x.test")
    assert (row.crash_count, row.inflight, row.lease_owner) == (1, False, None)
    assert tries(row) == ["left"]


def test_an_emergency_in_two_dead_workers_is_quarantined(write: Write, states: States, tries: Tries, one: One) -> None:
    write("home@x.test", priority=Priority.EMERGENCY)
    with time_machine.travel(clock.now(), tick=False) as moved:
        die_with_the_first_on_the_wire("dead")
        moved.shift(DEAD)
        sweep()
        assert states() == {"home@x.test": "queued"}
        die_with_the_first_on_the_wire("dead as well")
        moved.shift(DEAD)
        sweep()
    assert states() == {"home@x.test": "unknown"}
    assert tries(one("home@x.test")) == ["left", "left"]


def test_a_worker_that_wakes_after_its_lease_writes_nothing(
    app: Flask, write: Write, states: States, one: One, tries: Tries, peer: Moody
) -> None:
    """Delivery: stopped past the lease, then awake: the late write is refused, and noted for whoever decides."""
    write("a@x.test", "b@x.test")

    def sleep_past_the_lease(to: str) -> None:
        if to != "a@x.test":
            return
        with app.app_context(), db.engine.begin() as connection:
            connection.execute(sa.update(Delivery).values(lease_until=clock.now() - DEAD))
        with app.app_context():
            sweep()

    peer.on_data = sleep_past_the_lease
    assert deliver() == 1
    assert states() == {"a@x.test": "unknown", "b@x.test": "queued"}
    assert tries(one("a@x.test")) == ["left", "late"]
    deliver()
    assert states() == {"a@x.test": "unknown", "b@x.test": "sent"}
    assert peer.recipients == ["a@x.test", "b@x.test"]


def test_a_sender_that_waits_for_a_slow_server_keeps_its_lease(
    app: Flask, write: Write, one: One, states: States, peer: Moody, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Delivery: the lease is renewed by time, not by what has been sent."""
    monkeypatch.setattr(lease, "RENEW_SECONDS", 0.05)
    write("a@x.test", "b@x.test")

    def take_long(_: str) -> None:
        with app.app_context():
            first = one("b@x.test").lease_until
            until(lambda: one("b@x.test").lease_until > first + timedelta(seconds=0.2), "the lease was not renewed")

    peer.on_data = take_long
    assert deliver() == 2
    assert set(states().values()) == {"sent"}


def test_a_database_that_is_away_for_a_moment_does_not_end_the_renewal(
    app: Flask, write: Write, one: One, peer: Moody, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lease, "RENEW_SECONDS", 0.05)
    renew, away = claims.renew, [sa.exc.OperationalError("", {}, Exception("away"))] * 3

    def fail_first(*held: Any) -> None:
        if away:
            raise away.pop()
        renew(*held)

    monkeypatch.setattr(claims, "renew", fail_first)
    write("a@x.test")

    def take_long(_: str) -> None:
        with app.app_context():
            first = one("a@x.test").lease_until
            until(lambda: one("a@x.test").lease_until > first, "the renewal had ended")

    peer.on_data = take_long
    assert deliver() == 1


def test_what_waits_without_a_bell_is_rung_for_once(app: Flask, write: Write, states: States, peer: Moody) -> None:
    """Delivery: Redis wiped: due rows without a doorbell → ring."""
    write("a@x.test")
    write("home@x.test", key="2", priority=Priority.EMERGENCY)
    app.extensions["redis"].flushdb()
    for _ in range(3):
        sweep()
    assert (queue.waiting("urgent"), queue.waiting("messages")) == (1, 1)
    deliver()
    app.extensions["redis"].flushdb()
    sweep()
    assert (queue.waiting("urgent"), queue.waiting("messages")) == (0, 0)


def test_messages_go_out_once_the_queue_is_back(
    app: Flask, write: Write, states: States, peer: Moody, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Issue 2, 8: if Redis is away, people go on working and messages go out later."""
    with monkeypatch.context() as patch:
        patch.setitem(app.extensions, "redis", queue.connect("redis://127.0.0.1:1/0"))
        write("a@x.test")
        assert sweep()
        assert states() == {"a@x.test": "queued"}
    sweep()
    assert queue.waiting("messages") == 1
    deliver()
    assert states() == {"a@x.test": "sent"}


def test_a_resting_channel_is_rung_for_when_its_rest_is_over(app: Flask, write: Write, peer: Moody) -> None:
    write("busy@x.test", "b@x.test")
    deliver()
    app.extensions["redis"].flushdb()
    sweep()
    assert queue.waiting("messages") == 0
    with time_machine.travel(clock.now() + timedelta(seconds=6), tick=True):
        sweep()
    assert queue.waiting("messages") == 1


def test_mail_whose_time_is_over_says_so(write: Write, states: States, one: One, tries: Tries, peer: Moody) -> None:
    write("a@x.test", expires_at=clock.now() + timedelta(minutes=1))
    write("b@x.test", key="2")
    with time_machine.travel(clock.now() + timedelta(minutes=2), tick=True):
        sweep()
    assert states() == {"a@x.test": "failed", "b@x.test": "queued"}
    assert (one("a@x.test").error, tries(one("a@x.test"))) == ("expired", ["expired"])


def test_two_sweeps_at_once_do_the_work_once(app: Flask, write: Write, states: States, tries: Tries, one: One) -> None:
    """Delivery: two sweeps at once; each left delivery is counted and noted once."""
    write("a@x.test", "b@x.test", priority=Priority.EMERGENCY)
    die_with_the_first_on_the_wire("dead")

    def one_sweep(_: int) -> bool:
        with app.app_context():
            return sweep()

    with time_machine.travel(clock.now() + DEAD, tick=True), ThreadPoolExecutor(4) as threads:
        assert any(threads.map(one_sweep, range(4)))
    assert states() == {"a@x.test": "queued", "b@x.test": "queued"}
    assert (one("a@x.test").crash_count, tries(one("a@x.test"))) == (1, ["left"])


def test_two_workers_at_once_send_each_delivery_once(app: Flask, write: Write, states: States, peer: Moody) -> None:
    write(*(f"{number}@x.test" for number in range(300)))

    def work(_: int) -> int:
        with app.app_context():
            return deliver()

    with ThreadPoolExecutor(3) as threads:
        list(threads.map(work, range(3)))
    deliver()
    assert set(states().values()) == {"sent"}
    assert len(peer.taken) == len(set(peer.recipients)) == 300


def test_a_database_that_fails_in_the_middle_loses_nothing(
    app: Flask, write: Write, states: States, peer: Moody
) -> None:
    """Delivery: the connection is lost after a mail went out and before that was written down."""
    write("a@x.test", "b@x.test", "c@x.test")
    broken = False

    def fail(*_: object) -> None:
        if broken:
            raise ConnectionError("the database is gone")

    def break_it(to: str) -> None:
        nonlocal broken
        broken = to == "b@x.test"

    peer.on_data = break_it
    event.listen(db.engine, "begin", fail)
    try:
        with pytest.raises(ConnectionError):
            deliver()
    finally:
        event.remove(db.engine, "begin", fail)
    with time_machine.travel(clock.now() + DEAD, tick=True):
        sweep()
        deliver()
    assert states() == {"a@x.test": "sent", "b@x.test": "unknown", "c@x.test": "sent"}
    assert peer.recipients == ["a@x.test", "b@x.test", "c@x.test"]
