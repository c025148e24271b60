"""What happens again and again: the one table, and the arithmetic of when each row is due next."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from portal import clock

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Every:
    """A job that is rung for once in each `length`."""

    name: str
    length: timedelta
    job: str  # dotted path of a function in jobs/
    queue: str = "clock"

    def first(self, now: datetime) -> datetime:
        return now

    def after(self, now: datetime) -> datetime:
        return now + self.length


@dataclass(frozen=True)
class Daily:
    """A job that is rung for once a day, when the estate's wall clock shows `at`."""

    name: str
    at: time
    job: str
    queue: str = "clock"
    length = DAY

    def first(self, now: datetime) -> datetime:
        return self.after(now)

    def after(self, now: datetime) -> datetime:
        local = clock.local(now)
        today = datetime.combine(local.date(), self.at, local.tzinfo)
        return today if today > local else today + DAY


Row = Every | Daily

SCHEDULE: tuple[Row, ...] = (
    Every("watch-promises", timedelta(seconds=30), "jobs.watch.look"),
    Every("sweep-outbox", timedelta(seconds=5), "jobs.outbox.sweep"),
    Every("sweep-rosters", timedelta(minutes=1), "jobs.people.sweep_roster"),
    Every("forget-kiosk-drafts", timedelta(minutes=5), "jobs.kiosk.forget"),
    Every("overdue-visitors", timedelta(minutes=5), "jobs.visitors.remind"),
    Daily("forget-visitors", time(3, 30), "jobs.visitors.forget"),
)
