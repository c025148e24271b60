"""A fleet of real processes for the whole folder; each test has empty tables and a schedule."""

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from flask import Flask

from jobs import ticker
from jobs.schedule import SCHEDULE
from portal import clock
from portal.db import db
from tests.cast import Cast
from tests.faults.fleet import Fleet, fleet
from tests.outbox.conftest import letters

__all__ = ["letters"]


@pytest.fixture(scope="module")
def the_fleet(the_app: Flask) -> Iterator[Fleet]:
    with TemporaryDirectory(prefix="yh") as folder, the_app.app_context(), fleet(the_app, Path(folder)) as made:
        yield made


@pytest.fixture
def running(the_fleet: Fleet, app: Flask, cast: Cast) -> Iterator[Fleet]:
    """The fleet, the cast's estate, and the sweep due at once."""
    ticker.reconcile(SCHEDULE, clock.now())
    the_fleet.sink.taken.clear()
    the_fleet.sink.mood = "kind"
    yield the_fleet
    db.session.rollback()
    the_fleet.sink.on_mail = None
