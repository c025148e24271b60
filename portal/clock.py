"""The one place that knows what time it is.

Everything else takes `now` as an argument or calls `clock.now()`, so that a test can move time by hand.
Where `CLOCK_FILE` names a file, the number of seconds in it is added to the machine's clock: several
processes then share one moved clock. It is for rehearsals and tests; real estates leave it unset.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

CHINA = ZoneInfo("Asia/Shanghai")
FIRST_DAY, LAST_DAY = date(1970, 1, 1), date(2199, 12, 31)


_told: ContextVar[datetime | None] = ContextVar("told", default=None)


def now() -> datetime:
    """The present instant, aware, in UTC."""
    return _told.get() or datetime.now(UTC) + _moved()


@contextmanager
def told(instant: datetime) -> Iterator[None]:
    """Within this block it is that instant: for telling afterwards what happened then (the demo estate's past days)."""
    token = _told.set(instant)
    try:
        yield
    finally:
        _told.reset(token)


def _moved() -> timedelta:
    name = os.environ.get("CLOCK_FILE")
    if not name:
        return timedelta()
    try:
        return timedelta(seconds=float(Path(name).read_text() or 0))
    except (FileNotFoundError, ValueError):
        return timedelta()


def day(text: str) -> date | None:
    """The day that an address names as 2026-11-21; None for none, and for one at the ends of time, around which no
    other can be reckoned."""
    try:
        named = date.fromisoformat(text)
    except ValueError:
        return None
    return named if FIRST_DAY <= named <= LAST_DAY else None


def local(instant: datetime) -> datetime:
    """The instant as the estate's wall clock shows it."""
    return instant.astimezone(CHINA)
