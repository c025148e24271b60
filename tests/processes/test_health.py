"""/healthz is green while everything lives, and red when one part does not."""

from datetime import timedelta

import pytest
from flask import Flask

from jobs.signals import Signals
from jobs.ticker import beat
from jobs.worker import Worker
from portal import clock, queue
from portal.queue import QUEUES
from tests.client import Client

OLD = timedelta(minutes=1)


class Unmoved(Signals):
    """Nobody signals in these tests, and pytest keeps its own handlers."""

    def __init__(self) -> None:
        self.stopping = 0


@pytest.fixture
def workers(app: Flask) -> dict[str, Worker]:
    """A worker of each queue and a ticker, all just seen."""
    made = {name: Worker(app, name, Unmoved()) for name in QUEUES}
    for worker in made.values():
        worker.heartbeat()
    beat(clock.now())
    return made


def red(client: Client) -> set[str]:
    answer = client.get("/healthz")
    parts = answer.json["parts"]
    bad = {name for name, part in parts.items() if not part["ok"]}
    assert answer.status_code == (503 if bad else 200)
    assert answer.json["ok"] is not bad or not bad
    assert all(set(part) <= {"ok", "age"} for part in parts.values())
    return bad


def test_green(client: Client, workers: dict[str, Worker]) -> None:
    assert red(client) == set()


def test_red_when_nothing_was_ever_seen(client: Client) -> None:
    assert red(client) == {"ticker", *(f"worker {name}" for name in QUEUES)}


def test_red_when_the_ticker_is_silent(client: Client, workers: dict[str, Worker]) -> None:
    beat(clock.now() - OLD)
    assert red(client) == {"ticker"}


def test_red_when_a_worker_is_silent(client: Client, workers: dict[str, Worker]) -> None:
    worker = workers["urgent"]
    worker.connection.hset(worker.key, "last_heartbeat", "2026-01-01T00:00:00.000000Z")
    assert red(client) == {"worker urgent"}


def test_red_when_a_worker_has_gone(client: Client, workers: dict[str, Worker]) -> None:
    workers["messages"].register_death()
    assert red(client) == {"worker messages"}


def test_red_when_the_queue_is_away(
    app: Flask, client: Client, workers: dict[str, Worker], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.extensions, "redis", queue.connect("redis://127.0.0.1:1/0"))
    assert red(client) == {"queue", *(f"worker {name}" for name in QUEUES)}
