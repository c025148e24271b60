"""A community's own numbers and days."""

from datetime import date

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask

from portal import timeline
from portal.db import db
from portal.standards import operations, queries
from portal.standards.models import CalendarDay, DayKind
from portal.standards.register import SECTIONS, STANDARDS, Unit
from portal.timeline import Actor
from tests.cast import Cast

DAY = date(2026, 3, 4)


def test_the_register_is_whole() -> None:
    """Every standard names its requirement, its source and its words in both languages; a promise's chip is short."""
    assert len(STANDARDS) >= 40
    for key, row in STANDARDS.items():
        assert key == row.key and (key == row.requirement or key.startswith(row.requirement + "."))
        assert row.section in SECTIONS and row.source and row.wording.endswith("。") and row.wording_en.endswith(".")
        assert len(row.name) <= 7 and len(row.name_en) <= 20
        assert 1 <= row.amount <= row.largest
        if not row.of_the_manual:
            assert any(word in row.wording for word in ("默认", "系统以", "时限取")), key


@pytest.mark.parametrize(
    ("key", "amount", "unit"),
    [
        ("CASE-5", 12, Unit.HOURS),
        ("CASE-6", 2, Unit.WORKING_DAYS),
        ("CASE-7.seen", 2, Unit.HOURS),
        ("CASE-7.forwarded", 1, Unit.HOURS),
        ("CASE-8", 1, Unit.PER_MONTH),
        ("CASE-16", 10, Unit.HOURS_A_DAY),
        ("REP-1.on-site", 4, Unit.HOURS),
        ("REP-2", 1, Unit.WORKING_DAYS),
        ("REP-2.warranty", 24, Unit.HOURS),
        ("REP-5", 1, Unit.MONTHS),
        ("VIS-1", 25, Unit.SECONDS),
        ("COM-1", 5, Unit.DAY_OF_MONTH),
        ("COM-9", 2, Unit.PER_YEAR),
        ("EMG-2", 30, Unit.MINUTES),
        ("PROC-1", 3, Unit.WORKING_DAYS),
    ],
)
def test_the_manuals_numbers(key: str, amount: int, unit: Unit) -> None:
    """CASE-5, CASE-6, CASE-7, CASE-8, CASE-16, REP-1, REP-2, REP-5, VIS-1, COM-1, COM-9, EMG-2, PROC-1."""
    row = STANDARDS[key]
    assert (row.amount, row.unit, row.of_the_manual) == (amount, unit, True)


def test_overriding_and_withdrawing(cast: Cast, clerk: Actor) -> None:
    """COM-11: a community's number has a reason; the latest counts, all of them stay."""
    here = cast.community.id
    operations.set_standard(here, "CASE-5", 6, "业主大会要求", clerk)
    operations.set_standard(here, "CASE-5", 24, "人手不足", clerk, lead=90)
    db.session.commit()
    now = queries.standard_for(here, "CASE-5")
    assert (now.amount, now.lead, now.looser, now.of_the_manual) == (24, 90, True, False)
    operations.withdraw_standard(here, "CASE-5", "恢复手册", clerk)
    db.session.commit()
    assert queries.standard_for(here, "CASE-5") == queries.standards_for(here)["CASE-5"]
    assert queries.standard_for(here, "CASE-5").amount == 12 and queries.standard_for(here, "CASE-5").of_the_manual
    rows = queries.overrides(here, "CASE-5")
    assert [(row.was, row.amount, row.reason, row.made_by) for row in rows] == [
        (24, None, "恢复手册", "林晓"),
        (6, 24, "人手不足", "林晓"),
        (12, 6, "业主大会要求", "林晓"),
    ]
    assert queries.standard_for(cast.other_community.id, "CASE-5").amount == 12


@pytest.mark.parametrize(("key", "amount"), [("CASE-5", 0), ("COM-1", 32), ("CASE-16", 25), ("CASE-6", -1)])
def test_numbers_that_make_no_sense(cast: Cast, clerk: Actor, key: str, amount: int) -> None:
    with pytest.raises(ValueError, match=key):
        operations.set_standard(cast.community.id, key, amount, "原因", clerk)


def test_settings_need_a_reason(cast: Cast, clerk: Actor) -> None:
    with pytest.raises(ValueError, match="reason"):
        operations.set_standard(cast.community.id, "CASE-5", 6, " ", clerk)
    with pytest.raises(ValueError, match="reason"):
        operations.set_day(cast.community.id, DAY, DayKind.HOLIDAY, "停水", "", clerk)


def test_stricter_depends_on_the_unit() -> None:
    assert STANDARDS["CASE-5"].looser(13) and not STANDARDS["CASE-5"].looser(12)
    assert STANDARDS["COM-9"].looser(1) and not STANDARDS["COM-9"].looser(4)


def test_seeding_the_calendar(app: Flask) -> None:
    """CASE-6: the national days of 2026; seeding twice changes nothing, and mends what differs."""
    assert operations.seed_calendar() > 700
    assert operations.seed_calendar() == 0
    days = queries.exceptions(0, date(2026, 9, 1), date(2026, 10, 31))
    assert [day.isoformat() for day, works in days.items() if works] == ["2026-09-20", "2026-10-10"]
    assert sum(not works for works in days.values()) == 10  # 25–27 September, 1–7 October
    assert queries.calendar_known_until() == date(2026, 12, 31)
    row = db.session.scalars(sa.select(CalendarDay).where(CalendarDay.day == date(2026, 10, 10))).one()
    row.name = "别名"
    assert operations.seed_calendar() == 1 and row.name == "国庆节调休"


def test_without_any_calendar_nothing_is_known(app: Flask) -> None:
    assert queries.calendar_known_until() is None


def test_a_communitys_own_day_wins(cast: Cast, clerk: Actor, seeded: None, moved: time_machine.Traveller) -> None:
    """CASE-6: changed twice, with a history; the neighbour estate keeps the national calendar."""
    national = date(2026, 10, 10)
    operations.set_day(cast.community.id, national, DayKind.HOLIDAY, "站休", "全员轮休", clerk)
    row = operations.set_day(cast.community.id, DAY, DayKind.HOLIDAY, "检修", "停电", clerk)
    operations.set_day(cast.community.id, DAY, DayKind.WORKDAY, "照常", "检修取消", clerk)
    db.session.commit()
    own = queries.exceptions(cast.community.id, DAY, national)
    assert own[national] is False and own[DAY] is True
    assert queries.exceptions(cast.other_community.id, national, national)[national] is True
    entries = timeline.history(row)
    assert [(entry.was, entry.became, entry.reason) for entry in entries] == [
        (None, "holiday", "停电"),
        ("holiday", "workday", "检修取消"),
    ]


def test_the_command_seeds(app: Flask) -> None:
    result = app.test_cli_runner().invoke(args=["standards", "seed-calendar"])
    assert result.exit_code == 0 and "calendar days" in result.output
    assert queries.calendar_known_until() == date(2026, 12, 31)
