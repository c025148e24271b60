"""The table of periodic jobs, and the arithmetic of when each is due next."""

import importlib
from datetime import UTC, datetime, time, timedelta

from jobs.schedule import SCHEDULE, Daily, Every
from portal.queue import QUEUES

NIGHT = Daily("night", time(3, 30), "jobs.visitors.forget")


def test_every_counts_from_now() -> None:
    now = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)
    row = Every("often", timedelta(seconds=30), "jobs.watch.look")
    assert row.first(now) == now
    assert row.after(now) == now + timedelta(seconds=30)


def test_daily_follows_the_estates_wall_clock() -> None:
    before = datetime(2026, 11, 20, 19, 29, tzinfo=UTC)  # 03:29 in China
    assert NIGHT.first(before) == datetime(2026, 11, 20, 19, 30, tzinfo=UTC)
    assert NIGHT.after(datetime(2026, 11, 20, 19, 30, tzinfo=UTC)) == datetime(2026, 11, 21, 19, 30, tzinfo=UTC)


def test_names_are_unique_and_queues_exist() -> None:
    assert len({row.name for row in SCHEDULE}) == len(SCHEDULE)
    assert {row.queue for row in SCHEDULE} <= set(QUEUES)


def test_every_job_of_the_table_exists() -> None:
    for row in SCHEDULE:
        module, _, function = row.job.rpartition(".")
        assert callable(getattr(importlib.import_module(module), function)), row.job
