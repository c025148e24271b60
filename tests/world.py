"""One of everything in 翠湖花园, each with id 1, and one who may do all in 碧湖雅居 only: for tests over all routes."""

import io
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from PIL import Image

from portal import clock, files
from portal.access import Role
from portal.cases.models import Case
from portal.cases.operations.receive import Caller, receive
from portal.cases.operations.said import add_photos
from portal.db import db
from portal.desk import checklist
from portal.desk import operations as desk
from portal.knowledge import operations as knowledge
from portal.notices import operations as notices
from portal.outbox import operations as outbox
from portal.people import links
from portal.people.models import Community, KioskDevice, RoleGrant, User
from portal.people.roster import operations as roster
from portal.secret import token_hash
from portal.timeline import SYSTEM
from portal.visitors.models import Visit
from portal.visitors.operations.registering import Told, walk_in
from tests import factories
from tests.cast import Cast

KIOSK_TOKEN = "the-token-of-kiosk-1"
ROSTER = "楼栋,房号,业主姓名,联系电话\n3,1301,新业主,13800000001\n".encode()


@dataclass
class World:
    cast: Cast
    everyone: User  # every role in 翠湖花园
    stranger: User  # every role in 碧湖雅居
    elsewhere: Community
    case: Case
    receipt: str
    code: str
    visit: Visit
    pass_token: str
    household_token: str

    @classmethod
    def assemble(cls) -> "World":
        cast = Cast.assemble()
        place = cast.community
        everyone, stranger = (
            _with_all_roles(cast["manager"], place),
            _with_all_roles(cast.outsider, cast.other_community),
        )
        received = receive(
            "repair",
            community_id=place.id,
            channel="kiosk",
            caller=Caller("王建国", phone="13800135678", email="wang@example.test", person_id=cast.owner.id),
            unit_id=cast.unit.id,
            title="厨房漏水",
            actor=SYSTEM,
        )
        add_photos(received.case, [_picture()], SYSTEM)
        told = Told("guest", unit_id=cast.unit.id, name="周凯", phone="13712340015", purpose="friend")
        registered = walk_in(told, community=place, channel="desk", actor=SYSTEM)
        _words(place)
        device = KioskDevice(
            community_id=place.id, place="大堂", token_hash=token_hash(KIOSK_TOKEN), enrolled_at=clock.now()
        )
        factories.add(device)
        desk.call_desk(device)
        outbox.notify([everyone.id], community_id=place.id, text="有一条通知", url="/desk/", key="world")
        roster.upload(place, "roster.csv", ROSTER, everyone.actor, ring=False)
        household = links.make("household_visits", cast.household, timedelta(days=30))
        db.session.commit()
        return cls(
            cast,
            everyone,
            stranger,
            cast.other_community,
            received.case,
            received.token,
            received.code,
            registered.visit,
            registered.token or "",
            household,
        )


def _with_all_roles(user: User, place: Community) -> User:
    held = {grant.role for grant in user.grants}
    user.grants.extend(RoleGrant(community_id=place.id, role=role) for role in Role if role not in held)
    db.session.flush()
    return user


def _words(place: Community) -> None:
    checklist.start(place, SYSTEM)
    words = {"category": "general", "title": "停水", "title_en": "", "body": "周一停水", "body_en": ""}
    span: dict[str, Any] = {"pinned": False, "starts_at": None, "ends_at": None}
    notices.publish(notices.draft(place, {**words, **span}, SYSTEM), SYSTEM)
    answer = {"category": "prices", "question": "物业费多少", "question_en": "", "text": "2.80", "text_en": ""}
    knowledge.add(place, {**answer, "keywords": ""}, SYSTEM)


def _picture() -> files.Picture:
    raw = io.BytesIO()
    Image.new("RGB", (40, 30), "teal").save(raw, "JPEG")
    raw.seek(0)
    return files.read_photo(raw)
