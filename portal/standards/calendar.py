"""Working days, as pure arithmetic: the exceptions are handed in, nothing is looked up.

A day is a working day if it is a weekday, unless `exceptions` says otherwise: `exceptions[day]` is True for a
make-up workday (调休上班) and False for a holiday. Days are those of the estate's wall clock (Asia/Shanghai).

How N working days are counted: the day of receipt is not counted (民法典 201); the time ends at the close of the
desk on the Nth working day after it. So what comes on a Friday evening or on a Sunday is due by Monday's close
when one working day was promised.
"""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta

from portal.clock import CHINA, local

Exceptions = Mapping[date, bool]
FRIDAY = 4
ONE_DAY = timedelta(days=1)


def is_workday(day: date, exceptions: Exceptions) -> bool:
    """Whether people work on that day."""
    return exceptions.get(day, day.weekday() <= FRIDAY)


def nth_workday(day: date, n: int, exceptions: Exceptions) -> date:
    """The nth working day after `day`, which is not counted itself. ValueError for n < 1."""
    if n < 1:
        raise ValueError("at least one working day")
    while n:
        day += ONE_DAY
        n -= is_workday(day, exceptions)
    return day


def add_working_days(start: datetime, n: int, exceptions: Exceptions, closes: time) -> datetime:
    """The instant (aware) when n working days from `start` end: the desk's close on the nth."""
    return datetime.combine(nth_workday(local(start).date(), n, exceptions), closes, CHINA)
