"""The doorbell: tells a worker that there may be work. The database is the truth; a lost ring is found by a sweep.

Four queues, one worker process each (a worker on two queues loses jobs): `urgent` for emergency messages,
`messages` for the rest, `work` for imports and exports, `clock` for the periodic jobs.
Jobs are named by their dotted path, so that portal/ never imports jobs/.
"""

import logging
from typing import Any

from flask import Flask, current_app
from flask_sqlalchemy.session import Session as SignallingSession
from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry
from rq import Queue
from rq.serializers import JSONSerializer
from sqlalchemy import event

from portal.db import db

QUEUES = ("urgent", "messages", "work", "clock")
ALLOWED = "jobs."
SECONDS = 2
BELLS = "bells"
log = logging.getLogger(__name__)


def init_app(app: Flask) -> None:
    app.extensions["redis"] = connect(app.config["REDIS_URL"])


def connect(url: str) -> Redis:
    """A client that gives up after two seconds: a page must not hang because the queue is away."""
    return Redis.from_url(url, socket_connect_timeout=SECONDS, socket_timeout=SECONDS, retry=Retry(NoBackoff(), 0))


def ring(job: str, *args: Any, queue: str = "work", timeout: int = 600, ttl: int | None = None) -> bool:
    """Queue `jobs.<area>.<name>` with plain JSON arguments. False where the queue is away: the sweep will do it.
    `timeout` and `ttl` are seconds: how long it may run; how long the ring may wait before it is forgotten."""
    if not job.startswith(ALLOWED) or queue not in QUEUES:
        raise ValueError(f"not a job of ours: {job} on {queue}")
    try:
        Queue(queue, connection=current_app.extensions["redis"], serializer=JSONSerializer).enqueue(
            job, *args, job_timeout=timeout, ttl=ttl, result_ttl=0, failure_ttl=86400
        )
    except RedisError as error:
        log.warning("queue away, %s waits for the sweep: %s", job, type(error).__name__)
        return False
    return True


def waiting(queue: str) -> int | None:
    """How many jobs wait in the queue; None where it is away."""
    try:
        return Queue(queue, connection=current_app.extensions["redis"], serializer=JSONSerializer).count
    except RedisError:
        return None


def ring_after_commit(job: str, *args: Any, queue: str = "work") -> None:
    """Ring once the present transaction is committed; a rolled-back one rings nothing."""
    db.session.info.setdefault(BELLS, []).append((job, args, queue))


@event.listens_for(SignallingSession, "after_commit")
def _ring_all(session: SignallingSession) -> None:
    for job, args, queue in dict.fromkeys(session.info.pop(BELLS, [])):
        ring(job, *args, queue=queue)


@event.listens_for(SignallingSession, "after_rollback")
def _ring_none(session: SignallingSession) -> None:
    session.info.pop(BELLS, None)
