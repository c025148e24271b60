"""Cases of the demo estate: three weeks of finished ones, and a desk with broken, due and waiting promises."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from portal import clock
from portal.cases.models import Case
from portal.cases.operations import closing, customer, said, work
from portal.cases.operations.merge import merge
from portal.cases.operations.receive import Caller, receive
from portal.cases.stages import Channel, How, Satisfaction
from portal.db import db
from portal.people import queries
from portal.people.models import Community, Member, Person, User
from portal.timeline import Actor

KIOSK = Actor("大堂终端 1 栋大堂")
PAST = (
    (20, "repair", "leak", "3-0302", "厨房水槽下漏水", "更换下水软管，试水半小时不漏", Satisfaction.VERY),
    (18, "repair", "lock", "1-0901", "入户门锁打不开", "更换锁芯，交钥匙四把", Satisfaction.SATISFIED),
    (16, "complaint", "noise", "2-0503", "楼下商铺音响深夜扰民", "已与商户约定晚 10 点后关闭音响", Satisfaction.FAIRLY),
    (13, "repair", "drain", "5-1102", "卫生间地漏返水", "疏通主管，清出装修垃圾", Satisfaction.VERY),
    (11, "enquiry", "fees", "4-0204", "临时停车怎么收费", "前 2 小时免费，之后每小时 3 元", Satisfaction.SATISFIED),
    (9, "complaint", "clean", "6-0701", "楼道垃圾两天没有清", "调整保洁班次，每日两次", Satisfaction.DISSATISFIED),
    (7, "repair", "light", "1-0301", "3 楼走廊灯不亮", "更换灯具两盏", Satisfaction.SATISFIED),
    (5, "suggestion", None, "2-1003", "希望在 2 栋旁加一个自行车棚", "已列入明年改造建议，报业委会", Satisfaction.VERY),
    (4, "repair", "intercom", "3-0904", "对讲机没有声音", "更换分机听筒", Satisfaction.SATISFIED),
)


@dataclass(frozen=True)
class Desk:
    """The estate and those who work the cases."""

    place: Community
    lin: User
    wu: User
    he: User
    ding: User
    zhou: User


def tell(place: Community) -> None:
    desk = Desk(place, *(_user(login) for login in ("linxiao", "wuqian", "heshifu", "dingshifu", "zhoumin")))
    now = clock.now()
    for days, kind, category, door, title, result, satisfaction in PAST:
        _finished(desk, now - timedelta(days=days), kind, category, door, title, result, satisfaction)
    _broken_complaint(desk, now)
    _broken_leak(desk, now)
    _due_soon(desk, now)
    _waiting(desk, now)
    _merged(desk, now)
    db.session.flush()


def _user(login: str) -> User:
    return db.session.execute(sa.select(User).where(User.login == login)).scalar_one()


@contextmanager
def _at(now: datetime, **ago: float) -> Iterator[None]:
    with clock.told(now - timedelta(**ago)):
        yield


def _caller(desk: Desk, door: str, *, mail: bool = False) -> tuple[int, Caller]:
    """The unit's id and its first resident."""
    unit = queries.find_unit(desk.place.id, door)[0]
    person = db.session.scalar(
        sa.select(Person).join(Member).where(Member.household.has(unit_id=unit.id)).order_by(Member.id).limit(1)
    )
    if person is None:
        return unit.id, Caller("住户", phone="13900000000")
    email = person.email if mail else None
    return unit.id, Caller(person.name, phone=person.phone, email=email, person_id=person.id)


def _receive(
    desk: Desk,
    kind: str,
    category: str | None,
    door: str,
    title: str,
    by: User | None = None,
    channel: Channel = Channel.TELEPHONE,
    **more: object,
) -> Case:
    unit_id, caller = _caller(desk, door, mail=by is None)
    taken = receive(
        kind,
        community_id=desk.place.id,
        channel=channel,
        caller=caller,
        unit_id=unit_id,
        title=title,
        category=category,
        actor=by.actor if by else KIOSK,
        first_owner_id=by.id if by else None,
        **more,  # type: ignore[arg-type]
    )
    return taken.case


def _finished(
    desk: Desk,
    came: datetime,
    kind: str,
    category: str | None,
    door: str,
    title: str,
    result: str,
    how_well: Satisfaction,
) -> None:
    """One whole loop, each step at its time (CASE-1)."""
    hours = (timedelta(hours=h) for h in (0, 0.3, 2, 3, 20, 22, 26, 30))
    steps = [came + step for step in hours]
    with clock.told(steps[0]):
        case = _receive(desk, kind, category, door, title, desk.lin)
    with clock.told(steps[1]):
        handler = desk.he if kind == "repair" else desk.zhou
        work.assign(case, handler, desk.lin.actor)
    if kind == "repair":
        with clock.told(steps[2]):
            work.tell_plan(case, "上门检查后更换损坏的部件", handler.actor, visit_at=steps[4])
        with clock.told(steps[3]):
            work.agree(case, How.TELEPHONE, case.caller_name, desk.lin.actor)
        with clock.told(steps[4]):
            work.start(case, handler.actor)
    with clock.told(steps[5]):
        if kind != "repair":
            said.answer(case, result, How.TELEPHONE, desk.lin.actor)
        work.finish(case, result, handler.actor)
    with clock.told(steps[6]):
        customer.confirm(case, How.TELEPHONE, case.caller_name, desk.lin.actor)
    with clock.told(steps[7]):
        closing.follow_up(case, True, how_well, None, desk.lin.actor)
        unhappy = how_well is Satisfaction.DISSATISFIED
        closing.close(case, desk.lin.actor, "已向客户致歉并说明改进，继续观察一周" if unhappy else None)


def _broken_complaint(desk: Desk, now: datetime) -> None:
    with _at(now, days=4):
        case = _receive(desk, "complaint", "noise", "5-0802", "楼上夜间噪音，第三次反映", desk.lin)
    with _at(now, days=3, hours=20):
        work.assign(case, desk.zhou, desk.lin.actor)
        soon = now - timedelta(hours=1, minutes=12)
        said.word(case, "已联系楼上住户，约好面谈", How.TELEPHONE, desk.lin.actor, next_at=soon)


def _broken_leak(desk: Desk, now: datetime) -> None:
    with _at(now, hours=4, minutes=20):
        case = _receive(
            desk, "repair", "burst", "3-1204", "厨房主水管爆裂", channel=Channel.KIOSK, urgent=True, detail="水已关总阀"
        )
    with _at(now, hours=4, minutes=12):
        work.take(case, desk.lin.actor)
        work.assign(case, desk.he, desk.lin.actor)


def _due_soon(desk: Desk, now: datetime) -> None:
    with _at(now, hours=3):
        word_at = now + timedelta(minutes=24)
        _receive(desk, "repair", "lock", "1-0303", "入户门锁松动", desk.wu, Channel.WALK_IN, word_at=word_at)
    with _at(now, hours=5):
        case = _receive(desk, "enquiry", None, "2-1001", "车位转租手续怎么办", desk.wu)
        said.check(case, desk.wu.actor, now + timedelta(minutes=51), "要问停车场合同的转租条款")


def _waiting(desk: Desk, now: datetime) -> None:
    with _at(now, hours=20):
        case = _receive(desk, "repair", "drain", "6-1102", "阳台地漏返水", channel=Channel.KIOSK)
        work.take(case, desk.lin.actor)
        work.assign(case, desk.ding, desk.lin.actor)
    with _at(now, hours=18):
        work.tell_plan(case, "疏通并更换地漏芯，约 40 分钟", desk.ding.actor, visit_at=now + timedelta(hours=20))
    with _at(now, hours=26):
        done = _receive(desk, "repair", "intercom", "4-0601", "对讲机无声", desk.lin)
        work.assign(done, desk.ding, desk.lin.actor)
        work.tell_plan(done, "更换分机", desk.ding.actor)
        work.agree(done, How.TELEPHONE, done.caller_name, desk.lin.actor)
    with _at(now, hours=3):
        work.start(done, desk.ding.actor)
        work.finish(done, "更换分机，通话清楚", desk.ding.actor)
    with _at(now, hours=2):
        customer.confirm(done, How.KIOSK, done.caller_name, KIOSK)
    with _at(now, hours=1):
        _receive(desk, "suggestion", None, "1-0204", "希望大堂多放两把椅子", channel=Channel.KIOSK)


def _merged(desk: Desk, now: datetime) -> None:
    with _at(now, hours=6):
        main = _receive(desk, "repair", "lift", "2-0901", "2 栋电梯关门时异响", desk.lin)
        work.assign(main, desk.he, desk.lin.actor)
    with _at(now, hours=5):
        again = _receive(desk, "repair", "lift", "2-1102", "2 栋电梯响声很大", desk.wu)
        merge(again, main, desk.wu.actor)
