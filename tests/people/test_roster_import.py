"""From the file to the register: nothing half-imported, nothing twice, nothing done behind anybody's back."""

from datetime import date, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask

from jobs import people as jobs
from portal import clock, timeline
from portal.db import db
from portal.people import queries
from portal.people.models import (
    ImportLine,
    LineKind,
    RunState,
)
from portal.people.roster import kept, operations, reading
from portal.people.roster import queries as runs
from portal.people.roster.gathered import gather
from portal.people.roster.operations import BadRowsError, ForbiddenMoveError
from tests import factories
from tests.cast import Cast
from tests.people.rosters import ACTOR, ROWS, codes, files, imported, one_unit, sizes, uploaded
from tests.people.workbooks import HEADER, csv_of, identity, xlsx


@pytest.fixture(autouse=True)
def _no_files(app: Flask) -> None:
    for file in files(app):
        file.unlink()


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
