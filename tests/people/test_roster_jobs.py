"""The jobs of an import: killed, run twice, without Redis; nothing is left half-imported."""

import io
import os
import signal
import subprocess
import sys
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask

from jobs import people as jobs
from portal import clock
from portal.db import db
from portal.people import queries
from portal.people.models import (
    ImportRun,
    RunState,
)
from portal.people.roster import operations, write
from tests import factories
from tests.cast import Cast
from tests.people.rosters import ACTOR, ROWS, files, imported, sizes, uploaded
from tests.people.workbooks import HEADER, xlsx
from tests.servers import until


@pytest.fixture(autouse=True)
def _no_files(app: Flask) -> None:
    for file in files(app):
        file.unlink()


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
