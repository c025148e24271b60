"""A worker does the jobs of one queue, one after the other.

    python -m jobs.worker messages

One process per queue (urgent, messages, work, clock): a worker that listens on two loses jobs. SIGTERM lets it finish
the job in hand. Settings: DATA_DIR, DATABASE_URL, REDIS_URL, SMTP_URL; see portal/config.py.

A job is a doorbell, so little of rq is used: no results, callbacks, webhooks or commands through Redis. Whoever could
write into Redis could otherwise have any function of any library called.
"""

import importlib
import logging
import re
import sys
from collections.abc import Callable
from contextlib import suppress
from threading import Event, Thread
from types import FunctionType
from typing import Any

from flask import Flask
from redis.client import Pipeline
from redis.exceptions import RedisError
from rq import Queue, SimpleWorker
from rq.executions import Execution
from rq.job import Job
from rq.serializers import JSONSerializer

from jobs import log_as
from jobs.signals import Signals
from portal import create_app
from portal.queue import QUEUES, connect

OURS = re.compile(r"jobs\.[a-z_]+\.[a-z][a-z_]*")
TTL_SECONDS = 20  # the worker shows itself every TTL - 15 s
MAINTENANCE_SECONDS = 5
AGAIN_SECONDS = 1.0
log = logging.getLogger(__name__)


class RefusedError(Exception):
    """The job names a function that is not a job of ours."""


class Doorbell(Job):
    """A job as this portal knows it: a function defined in a file of jobs/, and nothing called before or after."""

    success_callback = failure_callback = stopped_callback = None

    @property
    def func(self) -> Callable[..., Any]:
        name = self.func_name or ""
        if not OURS.fullmatch(name) or self.instance is not None:
            raise RefusedError(name)
        module, _, function = name.rpartition(".")
        found: Callable[..., Any] | None = getattr(importlib.import_module(module), function, None)
        if not isinstance(found, FunctionType) or found.__module__ != module:
            raise RefusedError(name)
        return found

    def send_webhooks(self, *_args: Any, **_kwargs: Any) -> None:
        """None are sent."""


class Worker(SimpleWorker):
    """rq's worker without child processes, on one queue, with a fresh application context for each job."""

    job_class = Doorbell
    max_connection_wait_time = 5.0

    def __init__(self, app: Flask, queue: str, signals: Signals) -> None:
        connection = connect(app.config["REDIS_URL"])
        super().__init__(
            [Queue(queue, connection=connection, serializer=JSONSerializer, job_class=Doorbell)],
            connection=connection,
            serializer=JSONSerializer,
            worker_ttl=TTL_SECONDS,
            maintenance_interval=MAINTENANCE_SECONDS,
            log_job_description=False,
        )
        self.app = app
        self.signals = signals

    def perform_job(self, job: Job, queue: Queue, execution: Execution) -> bool:
        done = Event()
        Thread(target=self._show_life, args=(done,), daemon=True).start()
        try:
            with self.app.app_context():
                return super().perform_job(job, queue, execution)
        finally:
            done.set()

    def _show_life(self, done: Event) -> None:
        """rq's simple worker says nothing while it works; for all the watcher knows it may be dead."""
        while not done.wait(self.dequeue_timeout):
            with suppress(RedisError):
                self.heartbeat()

    def heartbeat(self, timeout: int | None = None, pipeline: Pipeline | None = None) -> None:
        """Also register again where the queue server has lost us with everything else."""
        if pipeline is None and not self.connection.exists(self.key):
            self.register_birth()  # type: ignore[no-untyped-call]
        super().heartbeat(timeout, pipeline)

    def _install_signal_handlers(self) -> None:
        super()._install_signal_handlers()  # type: ignore[no-untyped-call]
        self._stop_requested = bool(self.signals.stopping)  # told to before we listened

    @property
    def told_to_stop(self) -> bool:
        return self._shutdown_requested_date is not None

    def set_shutdown_requested_date(self) -> None:
        """A note for onlookers, written from the signal handler: it must not disturb the job in hand."""
        try:
            super().set_shutdown_requested_date()  # type: ignore[no-untyped-call]
        except RedisError:
            log.info("the queue is away while the worker stops")

    def subscribe(self) -> None:
        """Nobody commands a worker through Redis."""

    def unsubscribe(self) -> None:
        """See subscribe."""


def run(queue: str) -> None:
    """Work until a signal says stop. A queue that is away is waited for."""
    signals = Signals()
    app = create_app()
    while not _work(app, queue, signals):
        signals.listen()  # rq had put its own handlers in place
        signals.wait(AGAIN_SECONDS)


def _work(app: Flask, queue: str, signals: Signals) -> bool:
    """One worker's life. Whether it ended because it was told to."""
    worker = None
    try:
        worker = Worker(app, queue, signals)
        worker.work(logging_level="WARNING")
    except RedisError as error:
        log.warning("queue away, worker %s waits: %s", queue, type(error).__name__)
    return bool(signals.stopping) or (worker is not None and worker.told_to_stop)


def main(arguments: list[str]) -> None:
    if len(arguments) != 1 or arguments[0] not in QUEUES:
        sys.exit(f"python -m jobs.worker QUEUE, where QUEUE is one of: {', '.join(QUEUES)}")
    log_as(f"worker {arguments[0]}")
    run(arguments[0])


if __name__ == "__main__":
    main(sys.argv[1:])
