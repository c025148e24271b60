"""From the file to the register: nothing half-imported, nothing twice, nothing done behind anybody's back."""

import io
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask

from jobs import people as jobs
from portal import clock, timeline
from portal.db import db
from portal.people import queries
from portal.people.models import (
    Building,
    Household,
    ImportLine,
    ImportRun,
    LineKind,
    Member,
    Person,
    PersonPhone,
    RunState,
    Unit,
)
from portal.people.roster import kept, operations, reading, write
from portal.people.roster import queries as runs
from portal.people.roster.gathered import gather
from portal.people.roster.operations import BadRowsError, ForbiddenMoveError
from portal.timeline import Actor
from tests import factories
from tests.cast import Cast
from tests.people.workbooks import HEADER, csv_of, identity, xlsx
from tests.servers import until

ACTOR = Actor("周敏")
ROWS = [
    ("3", "", "1204", 89.5, "王建国", "13800135678", identity(1), "wang@example.test", "2020-01-05", "业主", ""),
    ("3", "", "1204", 89.5, "李梅", "13800135678", "", "", "", "家属", "对猫毛过敏"),
    ("3", "", "0901", 120, "赵岗", "13900135678、0755-88881234", identity(2), "", "", "", ""),
    ("12", "2", "0101", 66.6, "", "", "", "", "", "", ""),
]


@pytest.fixture(autouse=True)
def _no_files(app: Flask) -> None:
    for file in files(app):
        file.unlink()


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


def test_a_roster_becomes_buildings_units_households_and_people(cast: Cast) -> None:
    run = imported(cast, ROWS)
    assert {name: run.counts[name] for name in ("units_new", "people_new", "people_changed", "unchanged", "bad")} == {
        "units_new": 2,
        "people_new": 2,
        "people_changed": 1,
        "unchanged": 0,
        "bad": 0,
    }
    unit = one_unit(cast, "3-1204")
    assert unit.id == cast.unit.id
    assert [(m.person.name, m.relation) for m in queries.members_in_unit(unit.id)] == [
        ("王建国", "owner"),
        ("李梅", "family"),
    ]
    assert [person.name for person in queries.people_by_phone(cast.community.id, "0755 8888 1234")] == ["赵岗"]
    new = one_unit(cast, "12栋2单元101")
    assert (new.code, new.section, new.building.name, new.kind) == ("12-2-0101", "2", "12 栋", "home")
    assert queries.people_in_unit(new.id) == []


def test_a_known_person_is_found_and_completed(cast: Cast) -> None:
    """王建国 was known by name and number; the file adds document and mail. Nothing the file leaves blank is lost."""
    imported(cast, [("3", "", "1204", "", "王建国", "13800135678", identity(1), "", "", "", "")])
    owner = cast.owner
    assert (owner.document, owner.email, owner.phone) == (identity(1), "wang@example.test", "13800135678")
    (entry,) = timeline.history(owner)
    assert entry.data is not None
    assert (entry.verb, entry.actor_name, entry.data["fields"]) == ("changed", "周敏", ["document"])


def test_importing_again_changes_nothing(cast: Cast) -> None:
    imported(cast, ROWS)
    before, told = sizes(), db.session.scalar(sa.select(sa.func.count(timeline.TimelineEntry.id)))
    again = imported(cast, ROWS)
    assert sizes() == before
    assert again.counts["unchanged"] == 3
    assert not any(again.counts[name] for name in ("units_new", "units_changed", "people_new", "people_changed"))
    grown = db.session.scalar(sa.select(sa.func.count(timeline.TimelineEntry.id)))
    assert grown == (told or 0) + 4  # the run's own: uploaded, ready, applying, applied


def test_importing_again_updates(cast: Cast) -> None:
    imported(cast, ROWS)
    before = sizes()
    rows = [list(row) for row in ROWS]
    rows[0][3], rows[0][4], rows[0][7] = 91, "王建國", "new@example.test"
    rows[2][5], rows[2][9] = "13700135678", "租户"
    run = imported(cast, rows)
    assert (run.counts["units_changed"], run.counts["people_changed"], run.counts["people_new"]) == (1, 2, 0)
    assert sizes() == {**before, "person_phone": before["person_phone"] + 1}
    assert (cast.owner.name, cast.owner.email, float(cast.unit.area_m2 or 0)) == ("王建國", "new@example.test", 91)
    (other,) = queries.people_in_unit(one_unit(cast, "3-0901").id)
    assert [phone.number for phone in other.phones] == ["13700135678", "13900135678", "075588881234"]
    assert other.memberships[0].relation == "tenant"


def test_a_family_that_shares_a_number_stays_a_family(cast: Cast) -> None:
    """People are matched one to one: a shared telephone never turns one into the other."""
    imported(cast, ROWS[:2])
    imported(cast, list(reversed(ROWS[:2])))
    assert {p.name for p in queries.people_in_unit(cast.unit.id)} == {"王建国", "李梅"}


def test_a_name_corrected_under_the_same_number_is_the_same_person(cast: Cast) -> None:
    imported(cast, [("3", "", "1204", "", "王建囯", "13800135678", "", "", "", "", "")])
    assert [p.id for p in queries.people_in_unit(cast.unit.id)] == [cast.owner.id]
    assert cast.owner.name == "王建囯"


def test_two_documents_are_two_people(cast: Cast) -> None:
    """Same name, same number, another document: father and son are not merged."""
    imported(cast, [("3", "", "1204", "", "王建国", "13800135678", identity(1), "", "", "", "")])
    imported(cast, [("3", "", "1204", "", "王建国", "13800135678", identity(7), "", "", "家属", "")])
    assert len(queries.people_in_unit(cast.unit.id)) == 2


def test_one_document_in_two_units_is_one_person(cast: Cast) -> None:
    rows = [
        ("5", "", "0101", "", "周敏", "13600000001", identity(5), "", "", "", ""),
        ("5", "", "0102", "", "周敏", "13600000002", identity(5), "", "", "", ""),
    ]
    imported(cast, rows)
    before = sizes()
    (person,) = queries.find_people(cast.community.id, identity(5))
    assert {member.household.unit.code for member in person.memberships} == {"5-0101", "5-0102"}
    assert [phone.number for phone in person.phones] == ["13600000001", "13600000002"]
    assert imported(cast, rows).counts["people_changed"] == 0
    assert sizes() == before


def test_leading_zeros_make_no_second_unit(cast: Cast) -> None:
    """A room typed as a number has lost its zero: 802 is 0802."""
    run = imported(cast, [("03", "", 802, "", "林晓", "13600000001", "", "", "", "", "")])
    assert run.counts["units_new"] == 0
    assert [person.name for person in queries.people_in_unit(cast.neighbour.id)] == ["林晓"]


def test_rows_that_stand_twice_are_joined_and_told(cast: Cast) -> None:
    twice = [ROWS[2], ("3", "", "901", 99, "赵岗", "13700135678", "", "zhao@example.test", "", "", "")]
    run = uploaded(cast, twice)
    assert sorted(codes(run, LineKind.WARNING)) == ["area-differs", "duplicate"]
    imported(cast, twice)
    (person,) = queries.people_in_unit(one_unit(cast, "3-0901").id)
    assert len(person.phones) == 3
    assert person.email == "zhao@example.test"


def test_who_is_not_in_the_file_is_left_and_listed(cast: Cast) -> None:
    run = imported(cast, [("3", "", "1204", "", "新业主", "13600000009", "", "", "", "", "")])
    assert {p.name for p in queries.people_in_unit(cast.unit.id)} == {"王建国", "新业主"}
    (line,) = runs.lines(run, LineKind.MISSING)
    assert (line.data["name"], line.data["unit_id"]) == ("王建国", cast.unit.id)


def test_who_moved_out_is_not_brought_back(cast: Cast) -> None:
    (member,) = queries.members_in_unit(cast.unit.id)
    member.to_on = date(2024, 5, 1)
    db.session.commit()
    run = imported(cast, ROWS[:2])
    assert [person.name for person in queries.people_in_unit(cast.unit.id)] == ["李梅"]
    assert codes(run, LineKind.WARNING) == ["moved-out"]


def test_another_community_is_not_touched(cast: Cast) -> None:
    """A document known in another estate is nobody here."""
    stranger = factories.person(cast.other_community, "外人")
    stranger.set_document(identity(1))
    imported(cast, ROWS)
    assert [member.person_id for member in queries.members_in_unit(cast.other_unit.id)] == []
    assert stranger.memberships == []
    assert cast.owner.document == identity(1)


def test_numbers_are_sealed_in_the_database(cast: Cast) -> None:
    """trust: document and phone numbers are encrypted at rest, and in what a run keeps."""
    imported(cast, ROWS)
    db.session.rollback()
    with db.engine.connect() as connection:
        stored = connection.exec_driver_sql("SELECT document, name FROM person WHERE document IS NOT NULL").all()
        told = connection.exec_driver_sql("SELECT data FROM import_line").all()
        history = connection.exec_driver_sql("SELECT was, became, data FROM timeline_entry").all()
    assert len(stored) == 2
    everything = repr([bytes(document) for document, _ in stored]) + repr(told) + repr(history)
    for number in (identity(1), identity(2), "13800135678", "13900135678", "88881234"):
        assert number not in everything


def test_the_uploaded_file_is_sealed_and_deleted_after_the_apply(app: Flask, cast: Cast) -> None:
    """trust: personal data lies nowhere in the clear, and no longer than needed."""
    run = operations.upload(cast.community, "名册.csv", csv_of([HEADER, *ROWS]), ACTOR)
    db.session.commit()
    (file,) = files(app)
    assert b"13800135678" not in file.read_bytes()
    assert file.stat().st_mode & 0o077 == 0
    jobs.read_roster(run.id)
    (kept_rows,) = files(app)  # what was read, sealed too; the workbook is gone already
    assert kept_rows.name != file.name
    assert b"13800135678" not in kept_rows.read_bytes()
    operations.confirm(run, ACTOR, skip_bad=False)
    db.session.commit()
    jobs.apply_roster(run.id)
    assert run.file_key is None
    assert files(app) == []
    assert codes(run, LineKind.CHANGE) == []  # the sample shows people: gone too


def test_what_is_kept_of_a_file_is_what_was_read() -> None:
    rows = [*ROWS, ("A", "", "商铺1", 12.5, "林晓", "", "", "", "2021-02-03", "租户", "备注")]
    units, _ = gather(reading.read(xlsx([HEADER, *rows]), lambda done, of: None).rows)
    assert kept.load(kept.dump(units)) == units


def test_a_cancelled_run_leaves_nothing(app: Flask, cast: Cast) -> None:
    before = sizes()
    run = uploaded(cast, ROWS)
    operations.cancel(run, ACTOR)
    db.session.commit()
    assert (run.state, sizes(), files(app)) == (RunState.CANCELLED, before, [])
    assert db.session.scalar(sa.select(sa.func.count(ImportLine.id))) == 0
    with pytest.raises(ForbiddenMoveError):
        operations.confirm(run, ACTOR, skip_bad=True)


def test_after_a_day_nobody_decided_the_file_is_deleted(app: Flask, cast: Cast) -> None:
    run = uploaded(cast, ROWS)
    with time_machine.travel(clock.now() + timedelta(hours=25)):
        jobs.sweep_roster()
    assert (run.state, run.file_key, files(app)) == (RunState.EXPIRED, None, [])


def test_stray_files_are_deleted(app: Flask, cast: Cast) -> None:
    """A process that died between writing the file and its row left one behind."""
    run = uploaded(cast, ROWS)
    stray = Path(app.config["FILES_DIR"]) / "roster" / ("s" * 32)
    stray.write_bytes(b"x")
    with time_machine.travel(clock.now() + timedelta(hours=2)):
        jobs.sweep_roster()
    assert [file.name for file in files(app)] == [run.file_key]


def test_bad_rows_are_skipped_only_when_said_so(cast: Cast) -> None:
    rows = [*ROWS, ("3", "", "0902", "", "坏电话", "12345", "", "", "", "", "")]
    run = uploaded(cast, rows)
    assert (run.bad, codes(run, LineKind.BAD)) == (1, ["phone"])
    with pytest.raises(BadRowsError):
        operations.confirm(run, ACTOR, skip_bad=False)
    db.session.rollback()
    operations.confirm(run, ACTOR, skip_bad=True)
    db.session.commit()
    jobs.apply_roster(run.id)
    assert run.state == RunState.APPLIED
    assert queries.find_unit(cast.community.id, "3-0902") == []
    assert len(queries.find_unit(cast.community.id, "3-0901")) == 1


def test_an_unreadable_file_fails_with_its_reason(app: Flask, cast: Cast) -> None:
    run = operations.upload(cast.community, "x.xls", b"\xd0\xcf\x11\xe0" + b"x" * 600, ACTOR)
    db.session.commit()
    jobs.read_roster(run.id)
    assert (run.state, run.fault, files(app)) == (RunState.FAILED, "old-excel", [])


def test_an_error_while_writing_leaves_nothing(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever happens after units and people are in, none of it stays."""
    run = uploaded(cast, ROWS)
    operations.confirm(run, ACTOR, skip_bad=False)
    db.session.commit()
    before = sizes()

    def breaks(*_args: Any) -> None:
        assert sizes() != before  # much is written already, in this transaction
        raise RuntimeError("the disk is full")

    monkeypatch.setattr(write.Batch, "_change_people", breaks)
    with pytest.raises(RuntimeError):
        jobs.apply_roster(run.id)
    assert (run.state, run.fault, sizes()) == (RunState.FAILED, "unexpected", before)


KILLED = """
import os, signal
from portal import create_app
from portal.people.roster import kept, operations, reading, write
app = create_app()
def die(*args):
    os.kill(os.getpid(), signal.SIGKILL)
write.Batch._change_people = die
with app.app_context():
    operations.apply_run({run_id})
"""


def test_a_killed_apply_leaves_nothing_and_is_done_again(app: Flask, cast: Cast) -> None:
    """A worker that dies by SIGKILL amid writing leaves nothing; the sweep rings again, and it is applied once."""
    run = uploaded(cast, ROWS)
    operations.confirm(run, ACTOR, skip_bad=False)
    db.session.commit()
    before, program = sizes(), KILLED.format(run_id=run.id)
    db.session.rollback()  # or the other process would wait for us
    killed = subprocess.run([sys.executable, "-c", program], env=dict(os.environ), check=False)
    assert killed.returncode == -signal.SIGKILL
    db.session.expire_all()
    assert (run.state, run.attempts, sizes()) == (RunState.APPLYING, 1, before)
    app.extensions["redis"].flushdb()
    with time_machine.travel(clock.now() + timedelta(minutes=2)):
        jobs.sweep_roster()
        assert [job.func_name for job in waiting_jobs(app)] == ["jobs.people.apply_roster"]
        jobs.apply_roster(run.id)
        after = sizes()
        jobs.apply_roster(run.id)
    assert run.state == RunState.APPLIED
    assert sizes() == after != before


def waiting_jobs(app: Flask) -> list[Any]:
    from rq import Queue
    from rq.serializers import JSONSerializer

    jobs_waiting: list[Any] = Queue("work", connection=app.extensions["redis"], serializer=JSONSerializer).jobs
    return jobs_waiting


def test_a_file_that_kills_every_worker_is_given_up(cast: Cast) -> None:
    run = uploaded(cast, ROWS)
    operations.confirm(run, ACTOR, skip_bad=False)
    run.attempts = operations.MOST_ATTEMPTS
    db.session.commit()
    jobs.apply_roster(run.id)
    assert (run.state, run.fault) == (RunState.FAILED, "died")


def test_two_jobs_for_one_run_apply_it_once(app: Flask, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """Between planning and writing another worker applied the same run: the second one finds it settled."""
    run = uploaded(cast, ROWS)
    operations.confirm(run, ACTOR, skip_bad=False)
    db.session.commit()
    plain = operations._plan

    def overtaken(*args: Any) -> Any:
        monkeypatch.setattr(operations, "_plan", plain)
        plan = plain(*args)
        jobs.apply_roster(run.id)
        return plan

    monkeypatch.setattr(operations, "_plan", overtaken)
    jobs.apply_roster(run.id)
    assert run.state == RunState.APPLIED
    assert len(queries.find_people(cast.community.id, "赵岗")) == 1


def test_a_change_made_while_planning_is_not_overwritten_unseen(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody adds the same person by hand between plan and write: the plan is made again."""
    run = uploaded(cast, [("3", "", "0802", "", "林晓", "13600000001", "", "", "", "", "")])
    operations.confirm(run, ACTOR, skip_bad=False)
    db.session.commit()
    plain = operations._plan

    def meanwhile(*args: Any) -> Any:
        monkeypatch.setattr(operations, "_plan", plain)
        plan = plain(*args)
        home = factories.household(cast.neighbour)
        factories.member(home, factories.person(cast.community, "林晓", "13600000001"))
        db.session.commit()
        return plan

    monkeypatch.setattr(operations, "_plan", meanwhile)
    jobs.apply_roster(run.id)
    assert run.state == RunState.APPLIED
    assert len(queries.people_in_unit(cast.neighbour.id)) == 1


def test_progress_is_told_in_redis_while_the_job_runs(app: Flask, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    from portal.people.roster import progress

    run = uploaded(cast, ROWS)
    operations.confirm(run, ACTOR, skip_bad=False)
    db.session.commit()
    seen: list[Any] = []
    plain = write.bulk.insert

    def looking(*args: Any) -> None:
        plain(*args)
        seen.append(progress.look(run.id))

    monkeypatch.setattr(write.bulk, "insert", looking)
    jobs.apply_roster(run.id)
    assert {step.stage for step in seen} == {"write"}
    assert [step.percent for step in seen] == sorted(step.percent for step in seen)
    assert progress.look(run.id) is None


def test_without_redis_a_roster_is_imported_all_the_same(
    app: Flask, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    from portal.queue import connect

    monkeypatch.setitem(app.extensions, "redis", connect("unix:///nowhere.sock"))
    imported(cast, ROWS)
    assert len(queries.find_unit(cast.community.id, "3-0901")) == 1


def test_upload_rings_for_its_job(app: Flask, cast: Cast, signed_in: Any) -> None:
    manager = signed_in("manager")
    form = {"file": (io.BytesIO(xlsx([HEADER, *ROWS])), "翠湖名册.xlsx")}
    page = manager.submit("/people/roster", form, content_type="multipart/form-data")
    assert "排队等待读取" in page.get_text()
    run = db.session.scalars(sa.select(ImportRun)).one()
    assert (run.made_by_name, run.file_name) == ("周敏", "翠湖名册.xlsx")
    assert [(job.func_name, list(job.args)) for job in waiting_jobs(app)] == [("jobs.people.read_roster", [run.id])]
    assert until(lambda: files(app), "no file")
