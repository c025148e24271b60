"""Is everything that keeps promises alive? Names and ages only: the page is public."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from flask import current_app
from redis import Redis
from redis.exceptions import RedisError
from rq import Queue
from rq.utils import now as rq_now
from rq.utils import utcparse
from rq.worker_registration import get_keys
from sqlalchemy.exc import SQLAlchemyError

from portal import clock
from portal.admin.models import Heartbeat
from portal.db import db
from portal.queue import QUEUES

STALE_SECONDS = 30
TICKER = "ticker"


@dataclass(frozen=True)
class Part:
    """One thing that must live. `age` is the number of seconds since it last showed itself, where it does."""

    name: str
    ok: bool
    age: float | None = None


def parts() -> list[Part]:
    """Database, queue, each worker, ticker: in this order."""
    return [_database(), *_queue_and_workers(), _ticker()]


def _database() -> Part:
    try:
        db.session.execute(sa.text("SELECT 1"))
    except SQLAlchemyError:
        db.session.rollback()
        return Part("database", ok=False)
    return Part("database", ok=True)


def _ticker() -> Part:
    try:
        at = db.session.scalar(sa.select(Heartbeat.at).where(Heartbeat.name == TICKER))
    except SQLAlchemyError:
        db.session.rollback()
        at = None
    return _aged(TICKER, at, clock.now())


def _queue_and_workers() -> list[Part]:
    redis: Redis = current_app.extensions["redis"]
    try:
        redis.ping()
        workers = [_aged(f"worker {name}", _heartbeat(redis, name), rq_now()) for name in QUEUES]
    except RedisError:
        return [Part("queue", ok=False), *(Part(f"worker {name}", ok=False) for name in QUEUES)]
    return [Part("queue", ok=True), *workers]


def _heartbeat(redis: Redis, queue: str) -> datetime | None:
    """When a worker of the queue was last seen, on rq's own clock. A busy one is seen now: it says nothing while
    it works, and its record goes away when the job has had its time."""
    keys = get_keys(queue=Queue(queue, connection=redis))
    records = [redis.hmget(key, "last_heartbeat", "state", "death") for key in keys]
    return max(_seen(records), default=None)


def _seen(records: Iterable[list[bytes | None]]) -> Iterable[datetime]:
    for beat, state, death in records:
        if beat is not None and death is None:
            yield rq_now() if state == b"busy" else utcparse(beat.decode())


def _aged(name: str, at: datetime | None, now: datetime) -> Part:
    if at is None:
        return Part(name, ok=False)
    age = round((now - at).total_seconds(), 1)
    return Part(name, ok=abs(age) < STALE_SECONDS, age=age)
