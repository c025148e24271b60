"""A plain Tuesday morning, and somebody who takes cases in and brings them as far as a test needs."""

from collections.abc import Iterator
from datetime import datetime

import pytest
import time_machine

from portal.clock import CHINA
from portal.standards import operations as standards
from tests.cases.office import Office
from tests.cast import Cast
from tests.counting import count_queries as count_queries

START = datetime(2026, 3, 3, 9, tzinfo=CHINA)


@pytest.fixture(autouse=True)
def moved() -> Iterator[time_machine.Traveller]:
    """The clock stands at Tuesday 3 March 2026, 09:00, until it is moved."""
    with time_machine.travel(START, tick=False) as coordinates:
        yield coordinates


@pytest.fixture
def office(cast: Cast, moved: time_machine.Traveller) -> Office:
    standards.seed_calendar()
    return Office(cast, moved)
