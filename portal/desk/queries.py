"""Is the desk ready, who calls, who came."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import sqlalchemy as sa

from portal import clock
from portal.db import db
from portal.desk.models import ChecklistItem, ChecklistTick, KioskCall
from portal.people.models import Community

MOST_CALLS = 100


@dataclass(frozen=True)
class Day:
    """The checklist of one day: its items, what has been ticked, and whether that was in time."""

    day: date
    items: list[ChecklistItem]
    ticks: dict[int, ChecklistTick]  # by item
    opens: time

    @property
    def left(self) -> int:
        return sum(item.id not in self.ticks for item in self.items)

    @property
    def complete_at(self) -> datetime | None:
        """When the last item was ticked; None while one lacks, or where there are none."""
        if not self.items or self.left:
            return None
        return max(self.ticks[item.id].ticked_at for item in self.items)

    @property
    def opened_at(self) -> datetime:
        return datetime.combine(self.day, self.opens, clock.CHINA)

    @property
    def in_time(self) -> bool:
        """Complete before the desk opened."""
        return self.complete_at is not None and self.complete_at <= self.opened_at


def items_in_use(community_id: int) -> list[ChecklistItem]:
    query = sa.select(ChecklistItem).where(
        ChecklistItem.community_id == community_id, ChecklistItem.retired_at.is_(None)
    )
    return list(db.session.scalars(query.order_by(ChecklistItem.id)))


def checklist(community: Community, day: date) -> Day:
    """The checklist of that day."""
    return recent_days(community, day, 1)[0]


def recent_days(community: Community, last: date, count: int) -> list[Day]:
    """The checklists of the days up to `last`, the newest first. Two queries for any number of days."""
    first = last - timedelta(days=count - 1)
    items = list(
        db.session.scalars(
            sa.select(ChecklistItem).where(ChecklistItem.community_id == community.id).order_by(ChecklistItem.id)
        )
    )
    ticks = db.session.scalars(
        sa.select(ChecklistTick).where(
            ChecklistTick.community_id == community.id, ChecklistTick.day.between(first, last)
        )
    ).all()
    days = (last - timedelta(days=back) for back in range(count))
    return [_day(community, day, items, ticks) for day in days]


def _day(community: Community, day: date, items: Iterable[ChecklistItem], ticks: Iterable[ChecklistTick]) -> Day:
    counted = [item for item in items if _counted(item, day)]
    done = {tick.item_id: tick for tick in ticks if tick.day == day}
    return Day(day, counted, done, community.desk_opens)


def _counted(item: ChecklistItem, day: date) -> bool:
    made = clock.local(item.made_at).date()
    return made <= day and (item.retired_at is None or clock.local(item.retired_at).date() > day)


def ringing(community_id: int) -> list[KioskCall]:
    """The calls that nobody has taken, longest waiting first."""
    query = sa.select(KioskCall).where(
        KioskCall.community_id == community_id, KioskCall.taken_at.is_(None), KioskCall.called_off_at.is_(None)
    )
    return list(db.session.scalars(query.order_by(KioskCall.called_at)))


def calls(community_id: int) -> list[KioskCall]:
    """The latest calls, newest first."""
    query = sa.select(KioskCall).where(KioskCall.community_id == community_id)
    return list(db.session.scalars(query.order_by(KioskCall.called_at.desc()).limit(MOST_CALLS)))


def call_of(device_id: int, call_id: int) -> KioskCall | None:
    """A call made from this kiosk."""
    return db.session.scalar(sa.select(KioskCall).where(KioskCall.id == call_id, KioskCall.device_id == device_id))
