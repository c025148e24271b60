"""The ticker: rings once however many there are, catches up, and keeps what is due while the queue is away."""

from datetime import timedelta
from pathlib import Path
from threading import Barrier, Thread

import pytest
import sqlalchemy as sa
from flask import Flask
from rq import Queue
from rq.serializers import JSONSerializer

from jobs import ticker
from jobs.schedule import Every
from portal import clock, queue
from portal.admin.health import TICKER
from portal.admin.models import Heartbeat, ScheduleEntry
from portal.db import db
from tests.servers import valkey

MINUTE = timedelta(minutes=1)
ROW = Every("often", MINUTE, "jobs.outbox.sweep")
OTHER = Every("other", MINUTE, "jobs.watch.look")


def waiting(app: Flask) -> list[str]:
    """The functions that the clock queue holds rings for."""
    return [job.func_name for job in Queue("clock", connection=app.extensions["redis"], serializer=JSONSerializer).jobs]


def entry(name: str = "often") -> ScheduleEntry:
    db.session.rollback()
    found: ScheduleEntry = db.session.get_one(ScheduleEntry, name, populate_existing=True)
    return found


def test_reconciles_the_stored_entries_with_the_table(app: Flask) -> None:
    now = clock.now()
    ticker.reconcile([ROW], now)
    ticker.reconcile([ROW, OTHER], now + MINUTE)
    assert (entry().next_at, entry("other").next_at) == (now, now + MINUTE)
    ticker.reconcile([OTHER], now)
    assert db.session.scalars(sa.select(ScheduleEntry.name)).all() == ["other"]


def test_rings_when_due_and_not_before(app: Flask) -> None:
    now = clock.now()
    ticker.reconcile([ROW], now)
    assert ticker.tick([ROW], now) == ["often"]
    assert ticker.tick([ROW], now + MINUTE / 2) == []
    assert waiting(app) == ["jobs.outbox.sweep"]
    assert (entry().next_at, entry().last_at) == (now + MINUTE, now)


def test_catches_up_with_one_ring(app: Flask) -> None:
    now = clock.now()
    ticker.reconcile([ROW], now - 100 * MINUTE)
    assert ticker.tick([ROW], now) == ["often"]
    assert ticker.tick([ROW], now) == []
    assert waiting(app) == ["jobs.outbox.sweep"]


def test_a_clock_set_back_does_not_silence_the_schedule(app: Flask) -> None:
    now = clock.now()
    ticker.reconcile([ROW], now)
    ticker.tick([ROW], now + timedelta(days=3))
    assert ticker.tick([ROW], now) == ["often"]
    assert entry().next_at == now + MINUTE


def test_many_tickers_at_once_ring_once(app: Flask) -> None:
    now, start, rung = clock.now(), Barrier(4), []
    ticker.reconcile([ROW], now)

    def one() -> None:
        with app.app_context():
            start.wait()
            rung.extend(ticker.tick([ROW], now))

    threads = [Thread(target=one) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert rung == ["often"]
    assert len(waiting(app)) == 1


def test_what_is_due_stays_due_while_the_queue_is_away(
    app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = clock.now()
    ticker.reconcile([ROW], now)
    with valkey(tmp_path) as url:
        monkeypatch.setitem(app.extensions, "redis", queue.connect(url))
        app.extensions["redis"].ping()
    assert ticker.tick([ROW], now) == []
    assert entry().next_at == now
    with valkey(tmp_path):
        assert ticker.tick([ROW], now + MINUTE) == ["often"]
        assert waiting(app) == ["jobs.outbox.sweep"]


def test_a_ring_that_fails_in_the_claim_leaves_the_entry_due(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """The queue may go away between the question and the ring."""
    now = clock.now()
    ticker.reconcile([ROW], now)
    with monkeypatch.context() as away:
        away.setattr(queue, "ring", lambda *_args, **_kwargs: False)
        assert ticker.tick([ROW], now) == []
    assert entry().next_at == now
    assert ticker.tick([ROW], now) == ["often"]


def test_shows_that_it_lives(app: Flask) -> None:
    now = clock.now()
    ticker.beat(now)
    ticker.beat(now + MINUTE)
    assert db.session.get_one(Heartbeat, TICKER).at == now + MINUTE
