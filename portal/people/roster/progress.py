"""How far a job is: in Redis, because the database keeps nothing of a transaction that is still open."""

import json
from collections.abc import Callable
from dataclasses import dataclass

from flask import current_app
from redis.exceptions import RedisError

ALIVE_SECONDS = 60  # a job that has said nothing for so long is taken for dead
SHARES = {"read": (0, 100), "compare": (0, 40), "write": (40, 100)}  # of each bar, in per cent


@dataclass(frozen=True)
class Progress:
    """`stage` is read for the preview, compare and then write for the apply; `percent` of the bar."""

    stage: str
    percent: int


def _key(run_id: int) -> str:
    return f"roster:{run_id}"


def teller(run_id: int, stage: str) -> Callable[[int, int], None]:
    """A function to call with (done, of) while the stage lasts. Where Redis is away it tells nobody."""
    low, high = SHARES[stage]

    def tell(done: int, of: int) -> None:
        percent = low + (high - low) * min(done, of) // max(of, 1)
        try:
            value = json.dumps({"stage": stage, "percent": percent})
            current_app.extensions["redis"].set(_key(run_id), value, ex=ALIVE_SECONDS)
        except RedisError:
            current_app.logger.debug("nobody hears how far roster %s is", run_id)

    tell(0, 1)
    return tell


def look(run_id: int) -> Progress | None:
    """How far the job is; None where none is at work, or where nobody can say."""
    try:
        value = current_app.extensions["redis"].get(_key(run_id))
    except RedisError:
        return None
    return Progress(**json.loads(value)) if value else None


def forget(run_id: int) -> None:
    try:
        current_app.extensions["redis"].delete(_key(run_id))
    except RedisError:
        current_app.logger.debug("roster %s is done, its progress stays until it ends by itself", run_id)
