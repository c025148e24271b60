"""`flask people import`: the roster from the command line, by the same steps as the page."""

from pathlib import Path

import click
from flask.cli import AppGroup

from portal.db import db
from portal.people.models import Community, ImportLine, ImportRun, LineKind, RunState
from portal.people.queries import community_by_code
from portal.people.roster import operations, queries, words
from portal.timeline import Actor

commands = AppGroup("people", help="Residents and their places.")
ACTOR = Actor("命令行")
COUNTED = (
    ("rows", "行数"),
    ("units_new", "新房屋"),
    ("units_changed", "更新的房屋"),
    ("people_new", "新住户"),
    ("people_changed", "更新的住户"),
    ("unchanged", "没有变化的住户"),
    ("missing", "不在文件里的住户（保留）"),
    ("bad", "没法导入的行"),
)


@commands.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--community", "code", required=True, help="The community's code.")
@click.option("--skip-bad", is_flag=True, help="Leave bad rows out and import the rest.")
def import_roster(file: Path, code: str, skip_bad: bool) -> None:
    """Import the roster FILE (.xlsx or .csv). All at once or not at all; exit code 1 where rows are bad."""
    community = community_by_code(code)
    if community is None:
        raise click.ClickException(f"没有代码为 {code} 的小区。 / No community has the code {code}.")
    run = _read(community, file)
    _show_lines(run, LineKind.WARNING)
    _show_lines(run, LineKind.BAD)
    if run.bad and not skip_bad:
        _show_counts(run)
        operations.cancel(run, ACTOR)
        db.session.commit()
        raise click.ClickException("有行没法导入，名册没有改动。改好后再来，或加 --skip-bad 跳过这些行。")
    operations.confirm(run, ACTOR, skip_bad=skip_bad, ring=False)
    db.session.commit()
    operations.apply_run(run.id)
    _stop_if_failed(run)
    _show_counts(run)


def _read(community: Community, file: Path) -> ImportRun:
    run = operations.upload(community, file.name, file.read_bytes(), ACTOR, ring=False)
    db.session.commit()
    operations.read_run(run.id)
    _stop_if_failed(run)
    return run


def _stop_if_failed(run: ImportRun) -> None:
    if run.state == RunState.FAILED:
        raise click.ClickException(words.fault(run))


def _show_counts(run: ImportRun) -> None:
    for name, label in COUNTED:
        click.echo(f"{label}: {run.counts.get(name, 0)}")


def _show_lines(run: ImportRun, kind: LineKind) -> None:
    for line in queries.lines(run, kind, limit=None):
        click.echo(f"{_where(line)}{words.line(line)}", err=kind is LineKind.BAD)


def _where(line: ImportLine) -> str:
    parts = [line.sheet, f"第 {line.row} 行" if line.row else None, line.column]
    return "，".join(part for part in parts if part) + ("：" if any(parts) else "")
