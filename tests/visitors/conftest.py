"""Makers of visits for these tests."""

from collections.abc import Callable
from typing import Any

import pytest

from portal.db import db
from portal.timeline import Actor
from portal.visitors.models import Visit
from portal.visitors.operations.registering import Told, walk_in
from tests import factories
from tests.cast import Cast

GATE = Actor("大堂终端 1 栋大堂")


@pytest.fixture
def guest(cast: Cast) -> Callable[..., Visit]:
    """`guest(phone=…)`: somebody at the door of 3 栋 1204, waiting unless `arrival` says otherwise. Committed."""

    def make(kind: str = "guest", arrival: str | None = None, **told: Any) -> Visit:
        told = {"unit_id": cast.unit.id, "household_id": cast.household.id, "purpose": "other", **told}
        made = walk_in(Told(kind=kind, **told), community=cast.community, channel="kiosk", actor=GATE, arrival=arrival)
        db.session.commit()
        return made.visit

    return make


@pytest.fixture
def houses(cast: Cast) -> None:
    """A second house and some doors, so that the number pad has something to confuse."""
    second = factories.building(cast.community, "5")
    factories.unit(second, "1204")
    factories.unit(cast.unit.building, "1203")
    db.session.commit()
