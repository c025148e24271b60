"""The roster's pages: each bad row with its reason, progress that ends by itself, nothing applied unseen."""

import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from jobs import people as jobs
from portal.db import db
from portal.people import queries
from portal.people.models import ImportRun, RunState
from portal.people.roster import operations, progress
from portal.timeline import Actor
from tests.cast import Cast
from tests.client import Client
from tests.people.workbooks import HEADER, identity, xlsx

GOOD = ("3", "", "0901", 120, "赵岗", "13900135678", identity(2), "", "", "", "")
BAD = ("3", "", "0902", "", "钱质", "1390013567", "", "qian@", "", "", "")


def run_of(cast: Cast, rows: Sequence[Sequence[Any]], read: bool = True) -> ImportRun:
    run = operations.upload(cast.community, "名册.xlsx", xlsx([HEADER, *rows]), Actor("周敏"))
    db.session.commit()
    if read:
        jobs.read_roster(run.id)
    return run


def url(run: ImportRun, rest: str = "") -> str:
    return f"/people/roster/{run.id}{rest}"


@pytest.fixture
def manager(signed_in: Any) -> Client:
    client: Client = signed_in("manager")
    return client


def test_a_file_must_be_chosen(manager: Client) -> None:
    page = manager.submit("/people/roster", {}, 422, content_type="multipart/form-data")
    assert "请先选择一个 .xlsx 或 .csv 文件" in page.get_text()
    assert db.session.scalars(sa.select(ImportRun)).all() == []


def test_upload_leads_to_the_preview_and_on_to_the_register(manager: Client, cast: Cast) -> None:
    form = {"file": (io.BytesIO(xlsx([HEADER, GOOD])), "翠湖名册.xlsx")}
    page = manager.submit("/people/roster", form, content_type="multipart/form-data")
    run = db.session.scalars(sa.select(ImportRun)).one()
    fragment = page.select_one("#roster-run")
    assert fragment is not None
    assert fragment["hx-trigger"] == "every 1s"
    jobs.read_roster(run.id)
    page = manager.page(url(run))
    fragment = page.select_one("#roster-run")
    assert fragment is not None
    assert fragment.get("hx-trigger") is None
    assert "3-0901：新增业主 赵岗（139****5678）" in page.get_text()
    assert "13900135678" not in page.get_text()
    manager.submit(url(run, "/application"))
    jobs.apply_roster(run.id)
    assert "已导入" in manager.page(url(run)).get_text()
    assert len(queries.find_unit(cast.community.id, "3-0901")) == 1
    assert "翠湖名册.xlsx" in manager.page("/people/roster").get_text()


def test_every_bad_row_shows_its_number_column_and_reason(manager: Client, cast: Cast) -> None:
    run = run_of(cast, [GOOD, BAD])
    rows = [row.get_text(" ", strip=True) for row in manager.page(url(run)).select("#lines tbody tr")]
    assert rows == [
        "3 联系电话 第 1 个号码（139****567）不是有效的电话。座机请写上区号。",
        "3 邮箱 邮箱的写法不对。",
    ] or rows[0].startswith("3 联系电话")
    assert len(rows) == 2


def test_reasons_come_in_the_readers_language(manager: Client, cast: Cast, app: Flask) -> None:
    """Rows keep codes, not sentences: the page words them for whoever reads."""
    from portal.people.models import ImportLine

    run_of(cast, [BAD])
    assert {line.code for line in db.session.scalars(sa.select(ImportLine))} == {"phone", "email"}


def test_bad_rows_hold_up_the_apply_until_they_are_left_out_knowingly(manager: Client, cast: Cast) -> None:
    run = run_of(cast, [GOOD, BAD])
    page = manager.submit(url(run, "/application"), {}, 422)
    assert "勾选跳过这些行" in page.get_text()
    assert run.state == RunState.READY
    manager.submit(url(run, "/application"), {"skip_bad": "y"})
    assert (run.state, run.skip_bad) == (RunState.APPLYING, True)


def test_pressing_apply_twice_is_once(manager: Client, cast: Cast) -> None:
    run = run_of(cast, [GOOD])
    manager.submit(url(run, "/application"))
    jobs.apply_roster(run.id)
    page = manager.submit(url(run, "/application"))
    assert "已导入" in page.get_text()
    assert len(queries.find_people(cast.community.id, "赵岗")) == 1


def test_a_run_is_cancelled_until_it_is_being_applied(manager: Client, cast: Cast, app: Flask) -> None:
    run = run_of(cast, [GOOD])
    assert "名册没有改动" in manager.submit(url(run, "/cancellation")).get_text()
    assert run.state == RunState.CANCELLED
    assert not (Path(app.config["FILES_DIR"]) / "roster" / (run.file_key or "x")).exists()
    other = run_of(cast, [GOOD])
    manager.submit(url(other, "/application"))
    assert "不能取消" in manager.submit(url(other, "/cancellation")).get_text()
    assert other.state == RunState.APPLYING


def test_the_bar_moves_and_polls_are_cheap(manager: Client, cast: Cast) -> None:
    run = run_of(cast, [GOOD], read=False)
    tell = progress.teller(run.id, "read")
    tell(50, 100)
    page = manager.page(url(run))
    bar, fragment = page.select_one("progress"), page.select_one("#roster-run")
    assert bar is not None
    assert fragment is not None
    assert bar["value"] == "50"
    poll = str(fragment["hx-get"])
    assert manager.get(poll, headers={"HX-Request": "true"}).status_code == 204
    tell(100, 100)
    moved = manager.page(poll, headers={"HX-Request": "true"})
    assert moved.html is None  # the fragment alone
    assert moved.select_one("progress")["value"] == "100"  # type: ignore[index]
    jobs.read_roster(run.id)
    settled = manager.page(poll, headers={"HX-Request": "true"})
    assert settled.select_one("#roster-run").get("hx-get") is None  # type: ignore[union-attr]


def test_a_failed_file_says_why(manager: Client, cast: Cast) -> None:
    run = operations.upload(cast.community, "x.xlsx", b"PK\x03\x04nonsense", Actor("周敏"))
    db.session.commit()
    jobs.read_roster(run.id)
    assert "打不开这个文件" in manager.page(url(run)).get_text()
    assert "打不开这个文件" in manager.page("/people/roster").get_text()


def test_many_bad_rows_come_by_pages(manager: Client, cast: Cast) -> None:
    run = run_of(cast, [("3", "", f"{number:04}", "", "钱质", "12345") for number in range(1, 251)])
    assert len(manager.page(url(run)).select("#lines tbody tr")) == 100
    page = manager.page(url(run, "?kind=bad&page=3"))
    assert len(page.select("#lines tbody tr")) == 50
    assert "第 3 页，共 3 页" in page.get_text()


@pytest.mark.parametrize("who", ["receptionist", "guard", "technician", "quality"])
def test_only_those_with_the_right_import(signed_in: Any, cast: Cast, who: str) -> None:
    run = run_of(cast, [GOOD])
    client = signed_in(who)
    assert client.get("/people/roster").status_code == 403
    assert client.send(url(run, "/application")).status_code == 403
    assert run.state == RunState.READY


def test_another_communitys_run_is_not_there(signed_in: Any, cast: Cast) -> None:
    run = run_of(cast, [GOOD])
    outsider = signed_in("outsider")
    assert outsider.get(url(run)).status_code == 404
    for rest in ("/application", "/cancellation"):
        assert outsider.send(url(run, rest)).status_code == 404
    assert run.state == RunState.READY


def test_the_command_does_the_same(app: Flask, cast: Cast, tmp_path: Path) -> None:
    """`flask people import FILE`: a summary; exit code 1 with the rows listed when some are bad."""
    file = tmp_path / "名册.xlsx"
    file.write_bytes(xlsx([HEADER, GOOD, BAD]))
    runner = app.test_cli_runner()
    refused = runner.invoke(args=["people", "import", str(file), "--community", "cuihu"])
    assert refused.exit_code == 1
    assert "第 3 行，联系电话：第 1 个号码" in refused.output
    assert queries.find_unit(cast.community.id, "3-0901") == []
    done = runner.invoke(args=["people", "import", str(file), "--community", "cuihu", "--skip-bad"])
    assert done.exit_code == 0, done.output
    assert "新房屋: 1" in done.output
    assert len(queries.find_unit(cast.community.id, "3-0901")) == 1
    assert runner.invoke(args=["people", "import", str(file), "--community", "nowhere"]).exit_code == 1
    file.write_bytes(b"PK\x03\x04")
    broken = runner.invoke(args=["people", "import", str(file), "--community", "cuihu"])
    assert broken.exit_code == 1
    assert "打不开这个文件" in broken.output
