"""The kinds of visit, declared as data: each asks the least it needs (VIS-1, PIPL art. 6).

A new kind is one more row of KINDS. `steps` are the questions of the kiosk in their order, one a page.
"""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _l


class Step(StrEnum):
    ROOM = "room"
    ORGANISATION = "organisation"
    PEOPLE = "people"
    PHONE = "phone"
    PURPOSE = "purpose"


class Arrival(StrEnum):
    """What happens to somebody who comes without being expected. A community may set another (VisitRule)."""

    ENTER = "enter"  # inside at once
    HOST = "host"  # the household is asked; the guard may confirm by telephone
    GUARD = "guard"  # the guard on duty decides


ARRIVALS: dict[Arrival, Any] = {
    Arrival.ENTER: _l("登记后直接进入"),
    Arrival.HOST: _l("问过住户再进入"),
    Arrival.GUARD: _l("由门岗决定"),
}


@dataclass(frozen=True)
class Kind:
    """`must`: steps that cannot be skipped. `limit`: how long such a visit usually lasts, before the guard is
    reminded. `booked`: a household can expect one. `document`: the number may be given, with a consent of its own."""

    key: str
    name: Any
    note: Any
    icon: str
    steps: tuple[Step, ...]
    must: frozenset[Step]
    purposes: dict[str, Any]
    arrival: Arrival
    limit: timedelta
    booked: bool = False
    document: bool = False

    def after(self, step: Step) -> Step | None:
        """The question that follows, None after the last."""
        rest = self.steps[self.steps.index(step) + 1 :]
        return rest[0] if rest else None

    def before(self, step: Step) -> Step | None:
        place = self.steps.index(step)
        return self.steps[place - 1] if place else None

    def purpose(self, key: str | None) -> Any:
        return self.purposes.get(key or "", "")


_ROOM_PHONE_PURPOSE = (Step.ROOM, Step.PHONE, Step.PURPOSE)

_ROWS = (
    Kind(
        "guest",
        _l("走亲访友"),
        _l("到住户家中做客"),
        "guest",
        _ROOM_PHONE_PURPOSE,
        frozenset({Step.ROOM, Step.PHONE, Step.PURPOSE}),
        {
            "friend": _l("看望亲友"),
            "meal": _l("聚会吃饭"),
            "child": _l("接送孩子"),
            "lesson": _l("上门家教"),
            "medical": _l("上门看护"),
            "other": _l("其他事情"),
        },
        Arrival.HOST,
        timedelta(hours=12),
        booked=True,
        document=True,
    ),
    Kind(
        "courier",
        _l("快递"),
        _l("多户派件，不用登记房号"),
        "courier",
        (Step.PHONE, Step.PURPOSE),
        frozenset({Step.PURPOSE}),
        {
            "sf": _l("顺丰"),
            "jd": _l("京东"),
            "ems": _l("邮政"),
            "zto": _l("中通"),
            "yto": _l("圆通"),
            "other": _l("其他快递"),
        },
        Arrival.ENTER,
        timedelta(hours=2),
    ),
    Kind(
        "delivery",
        _l("外卖"),
        _l("送餐、送菜、送药到一户"),
        "delivery",
        (Step.ROOM, Step.PURPOSE),
        frozenset({Step.ROOM, Step.PURPOSE}),
        {"meal": _l("送餐"), "food": _l("送菜送水果"), "medicine": _l("送药"), "other": _l("其他物品")},
        Arrival.ENTER,
        timedelta(hours=1),
        booked=True,
    ),
    Kind(
        "worker",
        _l("施工家政"),
        _l("装修、维修、保洁、搬家"),
        "worker",
        _ROOM_PHONE_PURPOSE,
        frozenset({Step.ROOM, Step.PHONE, Step.PURPOSE}),
        {
            "clean": _l("家政保洁"),
            "repair": _l("上门维修"),
            "fitting": _l("装修施工"),
            "install": _l("安装送货"),
            "move": _l("搬家"),
            "other": _l("其他工作"),
        },
        Arrival.HOST,
        timedelta(hours=10),
        booked=True,
        document=True,
    ),
    Kind(
        "group",
        _l("参观考察"),
        _l("团体来访，有专人接待"),
        "group",
        (Step.ORGANISATION, Step.PEOPLE, Step.PURPOSE),
        frozenset({Step.ORGANISATION, Step.PEOPLE, Step.PURPOSE}),
        {
            "tour": _l("参观学习"),
            "inspect": _l("上级检查"),
            "review": _l("考评验收"),
            "media": _l("采访"),
            "other": _l("其他考察"),
        },
        Arrival.GUARD,
        timedelta(hours=4),
    ),
    Kind(
        "other",
        _l("看房办事"),
        _l("看房、到服务中心、其他"),
        "other",
        (Step.PHONE, Step.PURPOSE),
        frozenset({Step.PURPOSE}),
        {
            "office": _l("到服务中心办事"),
            "viewing": _l("看房"),
            "interview": _l("面试"),
            "public": _l("公务走访"),
            "utility": _l("抄表查表"),
            "other": _l("其他事情"),
        },
        Arrival.GUARD,
        timedelta(hours=4),
    ),
)
KINDS: dict[str, Kind] = {kind.key: kind for kind in _ROWS}
