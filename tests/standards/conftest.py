"""A fixed moment to promise from: Tuesday 3 March 2026, 09:00, a plain week without holidays."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import pytest
import time_machine
from flask import Flask

from portal.clock import CHINA
from portal.standards import operations
from portal.standards.models import Promise
from portal.timeline import Actor
from tests.cast import Cast
from tests.counting import count_queries as count_queries

START = datetime(2026, 3, 3, 9, tzinfo=CHINA)
Promised = Callable[..., Promise]


@pytest.fixture
def moved() -> Iterator[time_machine.Traveller]:
    """The clock stands at START until it is moved: `moved.move_to(…)`, `moved.shift(…)`."""
    with time_machine.travel(START, tick=False) as coordinates:
        yield coordinates


@pytest.fixture
def clerk(cast: Cast) -> Actor:
    return cast["receptionist"].actor


@pytest.fixture
def seeded(app: Flask) -> None:
    """The national calendar."""
    operations.seed_calendar()


@pytest.fixture
def promised(moved: time_machine.Traveller, cast: Cast, clerk: Actor) -> Promised:
    """`promised("CASE-6", clock="word")`: a promise about unit 1204, owned by the receptionist."""

    def make(key: str = "CASE-5", clock: str = "word", **kwargs: Any) -> Promise:
        values = {"owner_id": cast["receptionist"].id, **kwargs}
        return operations.promise(cast.unit, clock, key, actor=clerk, **values)

    return make
