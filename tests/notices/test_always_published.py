from typing import Any

import pytest

from portal import timeline
from portal.db import db
from portal.notices.models import Disclosure, Matter
from tests.cast import Cast


@pytest.mark.parametrize("matter", list(Matter))
def test_each_matter_is_always_visible(cast: Cast, signed_in: Any, kiosk: Any, matter: Matter) -> None:
    """COM-11: licence, contract, service items and prices, at the kiosk and on the web without signing in."""
    signed_in("manager").submit(f"/notices/published/{matter}", {"text": f"内容：{matter}", "text_en": ""})
    links = kiosk.page("/kiosk/board").select("a.choice")
    assert any(link["href"].endswith(f"/kiosk/board/{matter}") for link in links)
    assert f"内容：{matter}" in kiosk.page(f"/kiosk/board/{matter}").text
    assert f"内容：{matter}" in kiosk.page(f"/board/{cast.community.code}/{matter}").text


def test_the_standards_stand_beside_them(cast: Cast, kiosk: Any) -> None:
    """COM-11: the standards that concern residents, as they hold in this estate."""
    page = kiosk.page("/kiosk/board/standards")
    assert "4 小时" in page.text and "投诉反馈" in page.text
    assert "迎候值班" not in page.text


def test_staff_see_what_is_missing(cast: Cast, signed_in: Any) -> None:
    """COM-11"""
    desk = signed_in("manager")
    assert (
        "营业执照、服务合同、服务项目、收费标准" in desk.page("/notices/").select_one("[role=status].notice-line").text
    )
    desk.submit("/notices/published/prices", {"text": "每平方米每月 2.80 元", "text_en": ""})
    assert "营业执照、服务合同、服务项目" in desk.page("/notices/").select_one(".notice-line").text
    assert "收费标准" not in desk.page("/notices/").select_one(".notice-line").text


def test_a_missing_one_says_where_to_look(cast: Cast, kiosk: Any) -> None:
    assert "到服务中心前台查阅" in kiosk.page("/kiosk/board/licence").text


def test_a_change_keeps_what_stood_there(cast: Cast, signed_in: Any) -> None:
    """CASE-15"""
    desk = signed_in("manager")
    desk.submit("/notices/published/prices", {"text": "2.60 元", "text_en": ""})
    page = desk.submit("/notices/published/prices", {"text": "2.80 元", "text_en": ""})
    row = db.session.query(Disclosure).one()
    assert [entry.data for entry in timeline.history(row)] == [{"was": None}, {"was": "2.60 元"}]
    assert "2.60 元" in desk.page("/notices/published/prices").select_one("tbody").text
    assert page


def test_only_the_four_matters(cast: Cast, signed_in: Any, client: Any) -> None:
    signed_in("manager").page("/notices/published/secrets", status=404)
    client.page(f"/board/{cast.community.code}/secrets", status=404)
