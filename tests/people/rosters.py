"""Rosters for tests: uploaded, read and applied by the real jobs."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask import Flask

from jobs import people as jobs
from portal.db import db
from portal.people import queries
from portal.people.models import (
    Building,
    Household,
    ImportRun,
    LineKind,
    Member,
    Person,
    PersonPhone,
    RunState,
    Unit,
)
from portal.people.roster import operations
from portal.people.roster import queries as runs
from portal.timeline import Actor
from tests.cast import Cast
from tests.people.workbooks import HEADER, identity, xlsx

ACTOR = Actor("周敏")
ROWS = [
    ("3", "", "1204", 89.5, "王建国", "13800135678", identity(1), "wang@example.test", "2020-01-05", "业主", ""),
    ("3", "", "1204", 89.5, "李梅", "13800135678", "", "", "", "家属", "对猫毛过敏"),
    ("3", "", "0901", 120, "赵岗", "13900135678、0755-88881234", identity(2), "", "", "", ""),
    ("12", "2", "0101", 66.6, "", "", "", "", "", "", ""),
]


def uploaded(cast: Cast, rows: Sequence[Sequence[Any]], header: Sequence[str] = HEADER) -> ImportRun:
    """A run whose file has been read by its job."""
    run = operations.upload(cast.community, "名册.xlsx", xlsx([header, *rows]), ACTOR)
    db.session.commit()
    jobs.read_roster(run.id)
    return run


def imported(
    cast: Cast, rows: Sequence[Sequence[Any]], header: Sequence[str] = HEADER, skip_bad: bool = False
) -> ImportRun:
    run = uploaded(cast, rows, header)
    assert run.state == RunState.READY, run.fault
    operations.confirm(run, ACTOR, skip_bad=skip_bad)
    db.session.commit()
    jobs.apply_roster(run.id)
    assert run.state == RunState.APPLIED, run.fault
    return run


def sizes() -> dict[str, int]:
    """How many rows each table of the register has."""
    tables = (Building, Unit, Household, Person, PersonPhone, Member)
    return {table.__tablename__: db.session.scalar(sa.select(sa.func.count(table.id))) or 0 for table in tables}


def one_unit(cast: Cast, text: str) -> Unit:
    (unit,) = queries.find_unit(cast.community.id, text)
    return unit


def files(app: Flask) -> list[Path]:
    folder = Path(app.config["FILES_DIR"]) / "roster"
    return list(folder.iterdir()) if folder.exists() else []


def codes(run: ImportRun, kind: LineKind) -> list[str]:
    return [line.code for line in runs.lines(run, kind)]
