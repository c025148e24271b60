"""The reception checklist: what the manual asks for, and the verbs of one day."""

from datetime import date

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from portal import clock
from portal.db import db
from portal.desk.models import ChecklistItem, ChecklistTick, Group
from portal.people.models import Community, User
from portal.timeline import Actor, record

# 004 二(一) 接待前准备, sentence by sentence.
OF_THE_MANUAL: tuple[tuple[Group, str], ...] = (
    (Group.ENVIRONMENT, "前台和服务中心干净整洁"),
    (Group.ENVIRONMENT, "物品摆放有序"),
    (Group.ENVIRONMENT, "光线充足、空气流通"),
    (Group.PEOPLE, "接待人员已提前到岗"),
    (Group.PEOPLE, "着装、仪容仪表已整理"),
    (Group.PEOPLE, "今天的工作重点和常见问题的预案已熟悉"),
    (Group.MATERIALS, "登记本、笔、便签齐全"),
    (Group.MATERIALS, "饮用水、纸杯齐全"),
    (Group.MATERIALS, "电话、电脑、大堂终端运行正常"),
)


def start(community: Community, actor: Actor) -> None:
    """Give an estate without a checklist the one of the manual."""
    there = db.session.scalar(sa.select(sa.func.count()).where(ChecklistItem.community_id == community.id))
    if not there:
        for group, text in OF_THE_MANUAL:
            add_item(community, group, text, actor)


def add_item(community: Community, group: Group, text: str, actor: Actor) -> ChecklistItem:
    item = ChecklistItem(community_id=community.id, group=group, text=text, made_at=clock.now())
    db.session.add(item)
    record(item, "added", actor, became=text)
    return item


def reword(item: ChecklistItem, text: str, actor: Actor) -> None:
    if item.text != text:
        record(item, "reworded", actor, was=item.text, became=text)
        item.text = text


def retire(item: ChecklistItem, actor: Actor) -> None:
    """From today on it does not count; the days before keep it."""
    if item.retired_at is None:
        item.retired_at = clock.now()
        record(item, "retired", actor, was=item.text)


def tick(item: ChecklistItem, user: User) -> ChecklistTick:
    """Seen to today. A second tick, also by somebody else at the same moment, changes nothing."""
    there = _tick_of(item, today())
    if there is not None:
        return there
    row = ChecklistTick(
        community_id=item.community_id,
        item_id=item.id,
        day=today(),
        ticked_at=clock.now(),
        ticked_by_id=user.id,
    )
    try:
        with db.session.begin_nested():
            db.session.add(row)
    except IntegrityError:
        return _tick_of(item, today()) or row
    record(item, "ticked", user.actor, became=row.day.isoformat())
    return row


def untick(item: ChecklistItem, user: User) -> None:
    """Not done after all. That it had been ticked stays in the item's history."""
    row = _tick_of(item, today())
    if row is not None:
        db.session.delete(row)
        record(item, "unticked", user.actor, was=row.day.isoformat())


def today() -> date:
    """The day on the estate's calendar."""
    return clock.local(clock.now()).date()


def _tick_of(item: ChecklistItem, day: date) -> ChecklistTick | None:
    return db.session.scalar(sa.select(ChecklistTick).where(ChecklistTick.item_id == item.id, ChecklistTick.day == day))
