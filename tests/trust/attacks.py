"""What several attacks share."""

from portal.db import db
from portal.timeline import SYSTEM
from portal.visitors.models import Visit
from portal.visitors.operations.registering import Told, walk_in
from tests.cast import Cast

PHONE = "13987654321"
DOCUMENT = "11010519491231002X"
PLATE = "粤B98765"
NAME = "欧阳不凡"


def stand_at_the_door(cast: Cast, **told: object) -> Visit:
    """A guest before 3 栋 1204, waiting."""
    said = {"unit_id": cast.unit.id, "household_id": cast.household.id, "phone": PHONE, "purpose": "friend", **told}
    visit = walk_in(Told("guest", **said), community=cast.community, channel="kiosk", actor=SYSTEM).visit  # type: ignore[arg-type]
    db.session.commit()
    return visit
