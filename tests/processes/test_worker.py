"""The worker: only our own jobs, the one in hand is finished, a queue that was away is found again."""

import os
import signal
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from redis import Redis
from rq import Callback, Queue
from rq.registry import FailedJobRegistry
from rq.serializers import JSONSerializer

from jobs.worker import Doorbell, RefusedError
from portal import queue
from tests.processes.conftest import start
from tests.servers import until, valkey

FOREIGN = (
    "os.system",
    "builtins.print",
    "subprocess.run",
    "jobs.worker.connect",  # what a file of ours imports is not ours
    "jobs.signals.os.kill",
    "jobs.signals.Signals.wait",
    "jobs.schedule",
    "portal.queue.ring",
)
Start = Callable[[str], "subprocess.Popen[str]"]


@pytest.fixture
def worker(folder: Path) -> Iterator[Start]:
    """`worker(redis_url)`: a worker process on the queue `work`."""
    started: list[subprocess.Popen[str]] = []

    def make(redis_url: str) -> "subprocess.Popen[str]":
        code = "from jobs.worker import main; main(sys.argv[1:])"
        started.append(start(code, "work", DATA_DIR=str(folder / "data"), REDIS_URL=redis_url))
        return started[-1]

    yield make
    for process in started:
        process.kill()
        process.communicate()


@pytest.fixture
def ring(app: Flask) -> Callable[..., Any]:
    """Put a job on the queue `work` as anybody could who reaches Redis."""
    work = Queue("work", connection=app.extensions["redis"], serializer=JSONSerializer)
    return work.enqueue


def lines(path: Path) -> list[str]:
    return path.read_text().splitlines() if path.exists() else []


@pytest.mark.parametrize("name", FOREIGN)
def test_a_foreign_function_is_refused(name: str, app: Flask) -> None:
    job = Doorbell.create(name, connection=app.extensions["redis"], serializer=JSONSerializer)
    with pytest.raises(RefusedError):
        job.perform()


def test_refuses_and_goes_on(app: Flask, redis_url: str, folder: Path, worker: Start, ring: Callable[..., Any]) -> None:
    refused, done = folder / "refused", folder / "done"
    job = ring("os.system", f"touch {refused}")
    ring("jobs.rehearsal.mark", str(done), on_success=Callback("os.abort"))
    worker(redis_url)
    until(lambda: lines(done), "the job after the refused one was not done")
    failed = FailedJobRegistry("work", connection=app.extensions["redis"], serializer=JSONSerializer)
    assert failed.get_job_ids() == [job.id]
    assert not refused.exists()


def test_sigterm_lets_the_job_in_hand_finish(
    redis_url: str, folder: Path, worker: Start, ring: Callable[..., Any]
) -> None:
    marks, fifo = folder / "marks", folder / "fifo"
    os.mkfifo(fifo)
    ring("jobs.rehearsal.hold", str(marks), str(fifo))
    ring("jobs.rehearsal.mark", str(folder / "second"))
    process = worker(redis_url)
    until(lambda: len(lines(marks)) == 1, "the job did not begin")
    process.send_signal(signal.SIGTERM)
    fifo.write_bytes(b"go on")
    assert process.wait(20) == 0
    assert len(lines(marks)) == 2
    assert not lines(folder / "second")


def test_an_idle_worker_stops_at_once(app: Flask, redis_url: str, worker: Start) -> None:
    process = worker(redis_url)
    until(lambda: app.extensions["redis"].scard("rq:workers:work"), "the worker did not register")
    process.send_signal(signal.SIGTERM)
    assert process.wait(4) == 0  # shorter than it waits for a job


def test_finds_the_queue_again(folder: Path, worker: Start) -> None:
    """The queue server goes away with all it knew, and comes back empty."""
    done, redis = folder / "done", None
    (folder / "valkey").mkdir()
    with valkey(folder / "valkey") as url:
        redis = queue.connect(url)
        process = worker(url)
        until(lambda: registered(redis), "the worker did not register")
    with valkey(folder / "valkey"):
        Queue("work", connection=redis, serializer=JSONSerializer).enqueue("jobs.rehearsal.mark", str(done))
        until(lambda: lines(done), "the worker did not come back")
        until(lambda: registered(redis), "the worker did not register again")
    # Away once more: stopping does not depend on it.
    process.send_signal(signal.SIGTERM)
    assert process.wait(20) == 0


def registered(redis: Redis) -> bool:
    return bool(redis.scard("rq:workers:work"))
