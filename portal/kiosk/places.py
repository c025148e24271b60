"""Where in the estate, when it is at nobody's home."""

from dataclasses import dataclass

import sqlalchemy as sa
from flask_babel import LazyString
from flask_babel import lazy_gettext as _

from portal.db import db
from portal.people.models import Building


@dataclass(frozen=True)
class Place:
    label: LazyString
    staff: str  # how it stands in the case, whatever language was spoken
    icon: str


PLACES = {
    "lobby": Place(_("大堂"), "大堂", "guest"),
    "lift": Place(_("电梯"), "电梯", "lift"),
    "corridor": Place(_("楼道"), "楼道", "leave"),
    "garage": Place(_("地下车库"), "地下车库", "parking"),
    "garden": Place(_("园区"), "园区", "home"),
    "gate": Place(_("大门、门禁"), "大门、门禁", "lock"),
    "other": Place(_("其他地方"), "其他地方", "other"),
}


def buildings(community_id: int) -> list[Building]:
    query = sa.select(Building).where(Building.community_id == community_id)
    return list(db.session.scalars(query.order_by(Building.position, Building.code)))
