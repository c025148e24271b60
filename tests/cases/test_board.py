"""The board: broken first, then due next; filters, figures, search, the live part."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup

from portal.cases import operations as ops
from portal.cases import queries
from portal.cases.operations import Caller
from portal.cases.queries import Filters
from portal.cases.stages import How, Stage
from portal.db import db
from portal.timeline import Actor
from tests.cases.conftest import START
from tests.cases.office import HOUR, MINUTE, Office, clocks, open_on

Counting = Callable[[], AbstractContextManager[list[str]]]


def numbers(page: BeautifulSoup) -> list[str]:
    return [row.a.get_text() for row in page.select("#board tr[data-row]") if row.a]


def test_broken_promises_come_first_then_what_is_due_next(office: Office, signed_in: Any) -> None:
    """CASE-2, CASE-5: the page shows what is owed, the broken first."""
    calm = office.receive("suggestion").case
    urgent = office.receive("repair", urgent=True).case
    soon = office.receive("enquiry").case
    office.later(11 * HOUR + 30 * MINUTE)
    page = signed_in("receptionist").page("/desk/")
    assert numbers(page) == [urgent.number, soon.number, calm.number]
    rows = page.select("#board tr[data-row]")
    assert "broken" in rows[0]["class"]
    assert "soon" in rows[1]["class"]
    assert "迟" in rows[0].text
    assert "还有 0:30" in rows[1].text


def test_a_case_has_one_row_whatever_it_owes(office: Office, signed_in: Any) -> None:
    office.receive("repair", urgent=True)
    assert len(numbers(signed_in("receptionist").page("/desk/"))) == 1


def test_a_new_time_does_not_hide_that_a_promise_was_broken(office: Office) -> None:
    """A break never disappears."""
    case = office.receive("enquiry").case
    office.later(13 * HOUR)
    for clock in clocks(case):
        ops.promise_time(case, open_on(case, clock), START + 20 * HOUR, "客户改期", office.desk)  # type: ignore[arg-type]
    row = queries.board(case.community_id, Filters())[0]
    assert row.breaks == 2
    assert row.promise
    assert row.promise.broken_at is None


def test_the_figures(office: Office) -> None:
    office.receive("repair", urgent=True)
    office.at(Stage.DONE)
    office.receive("enquiry")
    office.later(11 * HOUR + 30 * MINUTE)
    found = queries.figures(office.cast.community.id)
    assert (found.late, found.soon, found.waiting, found.follow_up) == (1, 1, 1, 1)
    assert found.longest
    assert found.longest > 11 * HOUR
    assert found.waiting_since


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("", {"B-0001", "B-0002", "T-0001", "Z-0001"}),
        ("kind=complaint", {"T-0001"}),
        ("unassigned=1", {"B-0002", "Z-0001"}),
        ("mine=1", {"B-0001", "T-0001", "Z-0001"}),
        ("stage=done", {"T-0001"}),
        ("waiting=1", {"T-0001"}),
        ("follow_up=1", {"T-0001"}),
        ("channel=kiosk", {"B-0002"}),
        ("urgent=1", {"B-0002"}),
        ("late=1", {"B-0002"}),
        ("kind=nonsense&stage=nonsense", {"B-0001", "B-0002", "T-0001", "Z-0001"}),
    ],
)
def test_filters(office: Office, signed_in: Any, asked: str, expected: set[str]) -> None:
    office.at(Stage.ASSIGNED)
    office.receive(urgent=True, channel="kiosk", actor=Actor("终端"), first_owner_id=None)
    office.at(Stage.DONE, "complaint")
    office.receive("enquiry")
    office.at(Stage.CLOSED, "suggestion")
    office.later(20 * MINUTE)
    assert set(numbers(signed_in("receptionist").page(f"/desk/?{asked}"))) == expected


def test_the_handler_s_own(office: Office) -> None:
    case = office.at(Stage.ASSIGNED)
    office.receive("repair")
    found = queries.board(case.community_id, Filters(handler=office.cast["technician"].id))
    assert [row.case.number for row in found] == [case.number]


@pytest.mark.parametrize("asked", ["3-1204", "3栋1204", "３－１２０４", "1204", "陈", "0000", "139 1234 0000", "厨房"])
def test_search_by_unit_name_phone_and_words(office: Office, asked: str) -> None:
    """By number of the door in any spelling, name, phone or its last four digits; ended cases too."""
    office.receive("repair", caller=Caller("陈女士", "13912340000"))
    office.receive("complaint", caller=Caller("李先生", "13600001111"), unit_id=office.cast.neighbour.id, title="停车")
    found = queries.board(office.cast.community.id, Filters(q=asked))
    assert [row.case.number for row in found] == ["B-0001"]


@pytest.mark.parametrize("asked", ["B-0001", "b1", "Ｂ－１", "B 0001"])
def test_a_number_leads_to_its_case_ended_or_not(office: Office, signed_in: Any, asked: str) -> None:
    case = office.at(Stage.WITHDRAWN)
    answer = signed_in("receptionist").get("/desk/", query_string={"q": asked})
    assert answer.status_code == 303
    assert answer.location == f"/cases/{case.id}"


def test_another_estate_s_cases_are_not_found(office: Office) -> None:
    office.receive()
    assert not queries.board(office.cast.other_community.id, Filters(q="厨房"))
    assert not queries.board(office.cast.other_community.id, Filters())


def test_the_live_part_is_sent_only_when_something_happened(office: Office, signed_in: Any) -> None:
    """Polled with ?seen=: 204 when nothing is new."""
    case = office.receive().case
    client = signed_in("receptionist")
    page = client.page("/desk/", headers={"HX-Request": "true"})
    assert page.html is None
    asks = page.select_one("#board")["hx-get"]
    assert client.get(asks, headers={"HX-Request": "true"}).status_code == 204
    office.assign(case)
    answer = client.get(asks, headers={"HX-Request": "true"})
    assert answer.status_code == 200
    assert "HX-Request" in answer.headers["Vary"]
    asks = BeautifulSoup(answer.text, "html.parser").select_one("#board")["hx-get"]
    office.later(timedelta(minutes=6))
    assert client.get(asks, headers={"HX-Request": "true"}).status_code == 200  # the figures age


def test_the_number_of_queries_does_not_grow(office: Office, signed_in: Any, count_queries: Counting) -> None:
    client = signed_in("receptionist")

    def fill(many: int) -> int:
        for serial in range(many):
            case = office.receive(caller=Caller(f"客户{serial}", "13800135678"), urgent=True).case
            office.assign(case)
        db.session.commit()
        with count_queries() as counted:
            client.page("/desk/")
        return len(counted)

    client.page("/desk/")
    few = fill(5)
    assert fill(45) == few
    assert few <= 20


def test_an_empty_board_says_what_to_do(office: Office, signed_in: Any) -> None:
    client = signed_in("receptionist")
    assert "没有要办的事" in client.page("/desk/").select_one(".empty").text
    empty = client.page("/desk/?q=没有的人").select_one(".empty")
    assert "登记来电" in empty.text


def test_two_households_on_one_row(office: Office, signed_in: Any) -> None:
    main = office.receive("complaint").case
    ops.merge(office.receive("complaint").case, main, office.desk)
    ops.word(main, "在查", How.TELEPHONE, office.desk)
    page = signed_in("receptionist").page("/desk/")
    assert numbers(page) == [main.number]
    assert "2 户同诉" in page.text
