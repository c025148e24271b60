"""Is everything that keeps promises alive? Names and ages only: the page is public."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

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
    """When a worker of the queue was last seen, on rq's own clock."""
    keys = get_keys(queue=Queue(queue, connection=redis))
    records: list[Any] = [redis.hmget(key, "last_heartbeat", "death") for key in keys]
    return max((utcparse(beat.decode()) for beat, death in records if beat and not death), default=None)


def _aged(name: str, at: datetime | None, now: datetime) -> Part:
    if at is None:
        return Part(name, ok=False)
    age = round((now - at).total_seconds(), 1)
    return Part(name, ok=abs(age) < STALE_SECONDS, age=age)
