"""The faults: each is done to a fleet that is in the middle of a batch, and lifted. Each returns when it was over."""

import signal
import sqlite3
import time
from collections.abc import Callable
from threading import Event

import psutil
import sqlalchemy as sa

from portal.db import db
from tests.faults.fleet import Fleet

Fault = Callable[[Fleet], float]
AWAY_SECONDS = 3.0
LEASE_SECONDS = 7.0


def rest(seconds: float) -> None:
    """A fault lasts."""
    Event().wait(seconds)


def killed(fleet: Fleet) -> float:
    at = fleet.signal("messages", signal.SIGKILL)
    fleet.start_again("messages")
    return at


def deployed(fleet: Fleet) -> float:
    """SIGTERM, as in a deploy."""
    at = fleet.signal("messages", signal.SIGTERM)
    fleet.start_again("messages")
    return at


def asleep(fleet: Fleet) -> float:
    """Stopped past its lease, then awake."""
    fleet.signal("messages", signal.SIGSTOP)
    fleet.start("messages 2")
    rest(LEASE_SECONDS)
    at = fleet.signal("messages", signal.SIGCONT)
    fleet.signal("messages 2", signal.SIGTERM)
    fleet.processes.pop("messages 2").wait(60)
    return at


def queue_killed(fleet: Fleet) -> float:
    """Killed with all it knew, away for a while, and back empty."""
    fleet.signal("queue", signal.SIGKILL)
    rest(AWAY_SECONDS)
    fleet.start_again("queue")
    return time.monotonic()


def queue_away(fleet: Fleet) -> float:
    """For two minutes."""
    fleet.signal("queue", signal.SIGKILL)
    rest(120)
    fleet.start_again("queue")
    return time.monotonic()


def queue_flushed(fleet: Fleet) -> float:
    """Again and again for a second: the bell for the next batch goes too."""
    ends = time.monotonic() + 1
    while time.monotonic() < ends:
        fleet.app.extensions["redis"].flushall()
        rest(0.005)
    return time.monotonic()


def connections_ended(fleet: Fleet) -> float:
    """The database ends every connection but ours."""
    others = (
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND usename IS NOT NULL"
    )
    with fleet.app.app_context(), sa.create_engine(db.engine.url).connect() as connection:
        connection.execute(sa.text(others))
        db.engine.dispose()  # ours that are at rest were ended too
    return time.monotonic()


def database_locked(fleet: Fleet) -> float:
    """Somebody writes for longer than anybody waits."""
    with fleet.app.app_context():
        name = db.engine.url.database
    assert name
    connection = sqlite3.connect(name, isolation_level=None, timeout=30)
    connection.execute("BEGIN IMMEDIATE")
    rest(16)  # PRAGMA busy_timeout is 15 s
    connection.execute("ROLLBACK")
    connection.close()
    return time.monotonic()


def disk_full(fleet: Fleet) -> float:
    """The worker cannot make a file any longer."""
    worker = psutil.Process(fleet.processes["messages"].pid)
    _, hard = worker.rlimit(psutil.RLIMIT_FSIZE)
    worker.rlimit(psutil.RLIMIT_FSIZE, (1, hard))
    rest(AWAY_SECONDS)
    worker.rlimit(psutil.RLIMIT_FSIZE, (hard, hard))
    return time.monotonic()


def clock_jumped(fleet: Fleet) -> float:
    """An hour ahead, and back."""
    fleet.clock_file.write_text("3600")
    rest(AWAY_SECONDS)
    fleet.clock_file.write_text("0")
    return time.monotonic()


def sweeps_and_tickers_doubled(fleet: Fleet) -> float:
    """Two schedulers and two sweepers for a while, and the sender dies."""
    for role in ("ticker 2", "clock 2"):
        fleet.start(role)
    at = killed(fleet)
    rest(LEASE_SECONDS)
    for role in ("ticker 2", "clock 2"):
        fleet.signal(role, signal.SIGTERM)
        fleet.processes.pop(role).wait(60)
    return at


def _moody(mood: str, seconds: float) -> Fault:
    def fault(fleet: Fleet) -> float:
        fleet.sink.mood = mood
        rest(seconds)
        fleet.sink.mood = "kind"
        return time.monotonic()

    fault.__doc__ = f"The mail server is {mood}."
    return fault


EVERYWHERE: dict[str, Fault] = {
    "killed": killed,
    "deployed": deployed,
    "asleep": asleep,
    "queue killed": queue_killed,
    "queue away": queue_away,
    "queue flushed": queue_flushed,
    "clock jumped": clock_jumped,
    "doubled": sweeps_and_tickers_doubled,
    "refusing": _moody("refusing", 2),
    "busy": _moody("busy", 2),
    "dropping": _moody("dropping", 2),
    "hanging": _moody("hanging", 2),
}
BY_DATABASE: dict[str, dict[str, Fault]] = {
    "postgresql": {**EVERYWHERE, "connections ended": connections_ended},
    "sqlite": {**EVERYWHERE, "database locked": database_locked, "disk full": disk_full},
}
