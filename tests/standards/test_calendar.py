"""Working-day arithmetic: against numpy's, and against days that everybody in China remembers."""

from datetime import UTC, date, datetime, time, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.clock import CHINA
from portal.standards import calendar
from portal.standards.national import national_days

NATIONAL = {day: works for day, works, _name in national_days()}
CLOSES = time(20)
days = st.dates(date(2020, 1, 1), date(2027, 12, 31))
exceptions = st.dictionaries(days, st.booleans(), max_size=60)


def off_days(known: dict[date, bool], first: date, last: date) -> list[date]:
    """Every day without work, spelt out for a library that is told nothing else."""
    span = (first + timedelta(days=step) for step in range((last - first).days + 1))
    return [day for day in span if not known.get(day, day.weekday() < 5)]


def by_numpy(day: date, n: int, known: dict[date, bool]) -> date:
    """The nth working day after `day`, by numpy.busday_offset with all weekdays open and the off days as holidays."""
    holidays = off_days(known, day, day + timedelta(days=4 * n + 200))
    start = np.busday_offset(day, 0, roll="backward", weekmask="1111111", holidays=[h for h in holidays if h != day])
    found: date = np.busday_offset(start, n, weekmask="1111111", holidays=[h for h in holidays if h != day]).astype(
        date
    )
    return found


@given(days, st.integers(1, 40), exceptions)
def test_the_nth_working_day_is_numpys(day: date, n: int, known: dict[date, bool]) -> None:
    """CASE-6: two working days are the same two by another library, whatever the holidays."""
    assert calendar.nth_workday(day, n, known) == by_numpy(day, n, known)


@given(st.dates(date(2020, 1, 1), date(2026, 12, 31)), st.integers(1, 30))
def test_the_real_calendar_is_numpys_too(day: date, n: int) -> None:
    assert calendar.nth_workday(day, n, NATIONAL) == by_numpy(day, n, NATIONAL)


@given(days, st.integers(1, 20), st.integers(1, 20), exceptions)
def test_steps_add_up(day: date, a: int, b: int, known: dict[date, bool]) -> None:
    there = calendar.nth_workday(calendar.nth_workday(day, a, known), b, known)
    assert there == calendar.nth_workday(day, a + b, known)


@given(days, st.integers(1, 40), exceptions)
def test_it_lands_on_a_working_day_with_n_between(day: date, n: int, known: dict[date, bool]) -> None:
    landed = calendar.nth_workday(day, n, known)
    assert calendar.is_workday(landed, known)
    holidays, one = off_days(known, day, landed), timedelta(days=1)
    assert np.busday_count(day + one, landed + one, weekmask="1111111", holidays=holidays) == n


@given(st.dates(date(2024, 1, 1), date(2026, 6, 1)), st.times(), st.timedeltas(timedelta(), timedelta(days=9)))
def test_later_receipt_is_never_due_earlier(day: date, at: time, later: timedelta) -> None:
    start = datetime.combine(day, at, UTC)
    first = calendar.add_working_days(start, 2, NATIONAL, CLOSES)
    assert first <= calendar.add_working_days(start + later, 2, NATIONAL, CLOSES)


@pytest.mark.parametrize(
    ("received", "n", "due"),
    [
        ("2026-03-03 09:00", 1, "2026-03-04 20:00"),  # Tuesday → Wednesday's close
        ("2026-03-06 23:50", 1, "2026-03-09 20:00"),  # Friday night → Monday
        ("2026-03-07 10:00", 1, "2026-03-09 20:00"),  # Saturday → Monday
        ("2026-09-30 18:00", 1, "2026-10-08 20:00"),  # before National Day (1–7 October)
        ("2026-09-30 18:00", 2, "2026-10-09 20:00"),
        ("2026-09-30 18:00", 3, "2026-10-10 20:00"),  # a Saturday made a workday
        ("2026-09-18 09:00", 1, "2026-09-20 20:00"),  # a Sunday made a workday
        ("2026-02-13 09:00", 2, "2026-02-24 20:00"),  # Saturday 14 works, Spring Festival 15–23
        ("2025-12-31 09:00", 1, "2026-01-04 20:00"),  # New Year's Day 1–3, Sunday 4 works
    ],
)
def test_days_of_2026(received: str, n: int, due: str) -> None:
    """CASE-6, REP-2: public holidays and make-up workdays count as they were decreed."""
    start, end = (datetime.fromisoformat(text).replace(tzinfo=CHINA) for text in (received, due))
    assert calendar.add_working_days(start, n, NATIONAL, CLOSES) == end


def test_the_day_is_the_estates_not_utcs() -> None:
    """22:00 UTC on Monday is Tuesday morning at the estate."""
    start = datetime(2026, 3, 2, 22, tzinfo=UTC)
    assert calendar.add_working_days(start, 1, {}, CLOSES) == datetime(2026, 3, 4, 20, tzinfo=CHINA)


def test_no_working_days_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one"):
        calendar.nth_workday(date(2026, 3, 3), 0, {})
