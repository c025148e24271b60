"""The ledger (台账): complete, filtered, as a workbook that runs nothing."""

import io
from datetime import date
from importlib import import_module
from typing import Any

import openpyxl
import pytest
import sqlalchemy as sa

from portal.cases import operations as ops
from portal.cases import queries
from portal.cases.operations import Caller
from portal.cases.queries import Period
from portal.cases.sheet import plain
from portal.cases.stages import Satisfaction, Stage
from portal.db import db
from portal.timeline import AuditEntry
from tests.cases.office import HOUR, Office


def sheet(client: Any, asked: str = "") -> list[list[Any]]:
    answer = client.get(f"/cases/ledger.xlsx?{asked}")
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"].startswith("attachment")
    book = openpyxl.load_workbook(io.BytesIO(answer.data))
    return [[cell.value for cell in row] for row in book.active.iter_rows(min_row=2)]


def test_every_case_stands_in_it_with_what_became_of_it(office: Office, signed_in: Any) -> None:
    """CASE-5: a full ledger of all of them."""
    office.at(Stage.CLOSED, "complaint")
    office.receive("repair")
    office.at(Stage.WITHDRAWN, "enquiry")
    head, *rows = sheet(signed_in("manager"))
    assert [row[0] for row in rows] == ["T-0001", "B-0001", "Z-0001"]
    closed = dict(zip(head, rows[0], strict=True))
    assert closed["电话"] == "138****5678"
    assert closed["答复"] == "已更换角阀，不再漏水。"
    assert closed["满意程度"] == "很满意"
    assert closed["首问"] == "林晓"
    assert closed["处理"] == "何师傅"
    assert closed["状态"] == "已结案"
    assert closed["受理时间"].isoformat() == "2026-03-03T09:00:00"


@pytest.mark.parametrize("bad", ["=1+1", "+cmd", "-2", "@SUM(A1)", "\tx", "\rx"])
def test_no_cell_is_taken_for_a_formula(office: Office, signed_in: Any, bad: str) -> None:
    """Spreadsheet exports neutralise cells that begin with = + - @, tab, CR."""
    office.receive(title=f"{bad}漏水", caller=Caller(f"{bad}王"))
    assert plain(bad) == f"'{bad}"
    answer = signed_in("manager").get("/cases/ledger.xlsx")
    book = openpyxl.load_workbook(io.BytesIO(answer.data))
    for row in book.active.iter_rows():
        for cell in row:
            assert cell.data_type != "f"
            assert not str(cell.value or "").startswith(("=", "+", "-", "@", "\t", "\r"))


def test_a_period_a_kind_a_channel(office: Office, signed_in: Any) -> None:
    office.receive("repair")
    office.later(15 * HOUR)  # the next day, local time
    office.receive("complaint", channel="walk_in")
    client = signed_in("manager")
    assert [row[0] for row in sheet(client, "first=2026-03-03&last=2026-03-03")[1:]] == ["B-0001"]
    assert [row[0] for row in sheet(client, "first=2026-03-04&last=2026-03-04")[1:]] == ["T-0001"]
    assert [row[0] for row in sheet(client, "channel=walk_in")[1:]] == ["T-0001"]
    page = client.page("/cases/ledger?kind=repair&first=nonsense")
    assert [row.a.text for row in page.select("tr[data-row]")] == ["B-0001"]
    assert "没有受理过" in client.page("/cases/ledger?first=2020-01-01&last=2020-01-02").text


def test_the_period_in_figures(office: Office, signed_in: Any) -> None:
    """CASE-9: statistics of follow-up calls: how many, how satisfied, what for."""
    office.at(Stage.CLOSED, "complaint", category="noise")
    bad = office.at(Stage.DONE, "complaint", category="noise")
    ops.follow_up(bad, True, Satisfaction.DISSATISFIED, None, office.desk)
    office.receive("repair", category="leak")
    ops.merge(office.receive("repair").case, office.receive("repair").case, office.desk)
    found = queries.summary(office.cast.community.id, Period(date(2026, 3, 1), date(2026, 3, 31)))
    assert (found.received, found.settled, found.confirmed, found.followed_up) == (4, 2, 1, 2)
    assert (found.asked, found.satisfied) == (2, 1)
    matters = [(kind.key, phrase.key if phrase else None, many) for kind, phrase, many in found.most]
    assert matters[0] == ("complaint", "noise", 2)
    assert set(matters[1:]) == {("repair", None, 1), ("repair", "leak", 1)}
    page = signed_in("manager").page("/cases/ledger")
    assert "投诉 噪音扰民 2" in page.text


def test_pages(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(import_module("portal.cases.queries.ledger"), "PAGE", 2)
    for _ in range(5):
        office.receive()
    period = Period(date(2026, 3, 1), date(2026, 3, 31))
    community_id = office.cast.community.id
    assert queries.ledger_pages(community_id, period) == 3
    assert [case.number for case in queries.ledger(community_id, period, 3)] == ["B-0005"]


def test_who_took_it_is_on_record_and_not_everybody_may(office: Office, signed_in: Any) -> None:
    office.receive()
    sheet(signed_in("quality"))
    entry = db.session.scalars(sa.select(AuditEntry).where(AuditEntry.act == "ledger")).one()
    assert entry.actor_id == office.cast["quality"].id
    assert signed_in("technician").get("/cases/ledger.xlsx").status_code == 403
    assert len(sheet(signed_in("outsider"))) == 1  # its own estate's, which is empty
