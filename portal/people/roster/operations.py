"""A roster's way: uploaded, read, looked at, then applied all at once or not at all."""

from collections.abc import Callable, Iterable
from datetime import timedelta

import sqlalchemy as sa

from portal import clock, queue, timeline
from portal.db import db
from portal.people.models import Community, ImportLine, ImportRun, LineKind, RunState
from portal.people.roster import existing, files, kept, progress, reading
from portal.people.roster.faults import FileError, Remark
from portal.people.roster.gathered import FileUnit, gather
from portal.people.roster.plan import Plan, make
from portal.people.roster.write import Batch
from portal.timeline import SYSTEM, Actor

MOVES: dict[str, frozenset[str]] = {
    RunState.WAITING: frozenset({RunState.READY, RunState.FAILED, RunState.CANCELLED, RunState.EXPIRED}),
    RunState.READY: frozenset({RunState.APPLYING, RunState.CANCELLED, RunState.EXPIRED}),
    RunState.APPLYING: frozenset({RunState.APPLIED, RunState.FAILED, RunState.EXPIRED}),
}
KEPT_FOR = timedelta(days=1)  # the file, at the latest
QUIET = timedelta(seconds=90)  # a run without a living job is rung for again after this
MOST_ATTEMPTS = 3


class ForbiddenMoveError(Exception):
    """The run is not in a state from which this can be done."""


class BadRowsError(Exception):
    """There are bad rows and nobody has said to leave them out."""


def move(run: ImportRun, to: RunState, actor: Actor) -> None:
    """The one place where a run's state changes; of two at once, one is refused."""
    was = run.state
    if to not in MOVES.get(was, frozenset()):
        raise ForbiddenMoveError(f"{was} → {to}")
    now = clock.now()
    moved = sa.update(ImportRun).where(ImportRun.id == run.id, ImportRun.state == was)
    if db.session.execute(moved.values(state=to, state_at=now, attempts=0)).rowcount != 1:  # type: ignore[attr-defined]
        raise ForbiddenMoveError(f"{was} → {to}")
    timeline.record(run, str(to), actor, was=was, became=to)


def upload(community: Community, file_name: str, raw: bytes, actor: Actor, *, ring: bool = True) -> ImportRun:
    """Keep the file and have it read by a job."""
    now = clock.now()
    run = ImportRun(
        community_id=community.id,
        made_by_id=actor.user_id,
        made_by_name=actor.name,
        made_at=now,
        file_name=file_name[:200],
        file_key=files.keep(raw),
        state=RunState.WAITING,
        state_at=now,
    )
    db.session.add(run)
    timeline.record(run, "uploaded", actor)
    if ring:
        queue.ring_after_commit("jobs.people.read_roster", run.id)
    return run


def confirm(run: ImportRun, actor: Actor, *, skip_bad: bool, ring: bool = True) -> None:
    """Have the run applied. Raises BadRowsError where bad rows are neither mended nor left out knowingly."""
    if run.bad and not skip_bad:
        raise BadRowsError
    run.skip_bad = skip_bad
    db.session.flush()
    move(run, RunState.APPLYING, actor)
    if ring:
        queue.ring_after_commit("jobs.people.apply_roster", run.id)


def cancel(run: ImportRun, actor: Actor, to: RunState = RunState.CANCELLED) -> None:
    """Nothing is taken over; the file and what was read of it are deleted."""
    move(run, to, actor)
    files.delete(run.file_key)
    run.file_key = None
    db.session.execute(sa.delete(ImportLine).where(ImportLine.run_id == run.id))


def read_run(run_id: int) -> None:
    """The job that reads an uploaded file and keeps what it found. Safe to run again."""
    run = _begin(run_id, RunState.WAITING)
    if run is not None:
        _guarded(run, lambda: _keep_preview(run))


def apply_run(run_id: int) -> None:
    """The job that applies a run: everything in one transaction, so that a crash leaves nothing. Safe to run again."""
    run = _begin(run_id, RunState.APPLYING)
    if run is not None:
        _guarded(run, lambda: _apply(run))


def _begin(run_id: int, state: RunState) -> ImportRun | None:
    """The run if it still is in that state. A file that has killed several workers is not tried again."""
    run = db.session.get(ImportRun, run_id)
    if run is None or run.state != state:
        db.session.rollback()
        return None
    run.attempts += 1
    if run.attempts > MOST_ATTEMPTS:
        _fail(run, "died", {})
        return None
    db.session.commit()
    return run


def _guarded(run: ImportRun, work: Callable[[], None]) -> None:
    """Do it; where the file or the portal is at fault, say so on the run, with nothing changed."""
    try:
        work()
    except ForbiddenMoveError:
        db.session.rollback()  # somebody else settled it meanwhile
    except FileError as error:
        db.session.rollback()
        _fail(run, error.code, error.data)
    except Exception:
        db.session.rollback()
        _fail(run, "unexpected", {})
        raise
    finally:
        progress.forget(run.id)


def _fail(run: ImportRun, code: str, data: dict[str, object]) -> None:
    key, run.file_key = run.file_key, None
    run.fault, run.fault_data = code, data
    db.session.flush()
    move(run, RunState.FAILED, SYSTEM)
    db.session.commit()
    files.delete(key)


def _plan(community_id: int, units: list[FileUnit]) -> Plan:
    known = existing.load(community_id)
    db.session.rollback()  # comparing takes a while: nobody is to wait for it
    return make(units, known)


def _keep_preview(run: ImportRun) -> None:
    """Read the file, keep what it would do. From here on what was read is enough, and the workbook is deleted."""
    run_id, workbook = run.id, run.file_key
    raw = files.load(workbook)
    db.session.rollback()
    found = reading.read(raw, progress.teller(run_id, "read"))
    units, remarks = gather(found.rows)
    plan = _plan(run.community_id, units)
    read = {"rows": len(found.rows) + found.bad_rows, "bad": found.bad_rows, "sheets": found.sheets}
    run.counts = {**plan.counts, **read}
    run.file_key = files.keep(kept.dump(units))
    db.session.execute(sa.delete(ImportLine).where(ImportLine.run_id == run_id))
    _keep_lines(run, LineKind.BAD, found.bad)
    _keep_lines(run, LineKind.WARNING, [*found.warnings, *remarks, *plan.warnings])
    _keep_lines(run, LineKind.MISSING, plan.missing)
    _keep_lines(run, LineKind.CHANGE, [remark for _, remark in plan.sample()])
    db.session.flush()
    move(run, RunState.READY, SYSTEM)
    db.session.commit()
    files.delete(workbook)


def _keep_lines(run: ImportRun, kind: LineKind, remarks: Iterable[Remark]) -> None:
    rows = [
        {
            "run_id": run.id,
            "kind": kind,
            "position": position,
            "sheet": remark.place.sheet if remark.place else None,
            "row": remark.place.row or None if remark.place else None,
            "column": remark.column,
            "code": remark.code,
            "data": remark.data,
        }
        for position, remark in enumerate(remarks)
    ]
    if rows:
        db.session.execute(sa.insert(ImportLine), rows)


def _apply(run: ImportRun) -> None:
    run_id, community_id, key = run.id, run.community_id, run.file_key
    actor = Actor(run.made_by_name, run.made_by_id)
    units = kept.load(files.load(key))
    progress.teller(run_id, "compare")
    _write(run, community_id, units, actor)
    db.session.commit()
    files.delete(key)


def _write(run: ImportRun, community_id: int, units: list[FileUnit], actor: Actor) -> None:
    """Write the plan into a transaction that is left open. If somebody changed the roster since it was made, make it
    again; the third time while they wait."""
    for last in (False, False, True):
        plan = _plan(community_id, units)
        batch = Batch(community_id, plan, actor, clock.now())
        db.session.scalar(sa.select(Community.id).where(Community.id == community_id).with_for_update())
        known = existing.load(community_id) if last else None
        if known is not None:
            batch = Batch(community_id, make(units, known), actor, clock.now())
        if last or existing.version(community_id) == plan.version:
            break
        db.session.rollback()
    batch.progress = progress.teller(run.id, "write")
    move(run, RunState.APPLIED, SYSTEM)
    batch.write()
    _settle(run, batch.plan)


def _settle(run: ImportRun, plan: Plan) -> None:
    """What was done stays as counts; the sample, which shows people, goes. Bad rows and those missing stay listed."""
    run.file_key = None
    run.counts = {**run.counts, **plan.counts}
    db.session.execute(sa.delete(ImportLine).where(ImportLine.run_id == run.id, ImportLine.kind == LineKind.CHANGE))
    db.session.flush()


def sweep() -> None:
    """Ring again for runs whose job was lost, let old ones expire, delete stray files. Every minute."""
    now = clock.now()
    for run in db.session.scalars(sa.select(ImportRun).where(ImportRun.file_key.is_not(None))):
        _sweep_run(run)
    db.session.flush()
    wanted = set(db.session.scalars(sa.select(ImportRun.file_key).where(ImportRun.file_key.is_not(None))))
    db.session.commit()
    files.delete_strays({key for key in wanted if key}, now - KEPT_FOR / 24)


def _sweep_run(run: ImportRun) -> None:
    now = clock.now()
    if run.made_at + KEPT_FOR <= now and RunState.EXPIRED in MOVES[run.state]:
        cancel(run, SYSTEM, RunState.EXPIRED)
        return
    job = {RunState.WAITING: "jobs.people.read_roster", RunState.APPLYING: "jobs.people.apply_roster"}.get(
        RunState(run.state)
    )
    if job and run.state_at + QUIET <= now and progress.look(run.id) is None:
        queue.ring_after_commit(job, run.id)
