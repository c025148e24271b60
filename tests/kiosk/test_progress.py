from typing import Any

import pytest

from portal import timeline
from portal.cases import operations as cases
from portal.cases.models import Case
from portal.db import db
from portal.timeline import Actor
from tests.cast import Cast
from tests.kiosk.talk import AT_HOME, code_on, only_case, report


@pytest.fixture
def code(cast: Cast, kiosk: Any) -> str:
    """A repair at home was reported; its receipt code."""
    found = code_on(report(kiosk, "repair", *AT_HOME))
    kiosk.get("/kiosk/reset")
    return found


def look(kiosk: Any, code: str) -> Any:
    return kiosk.submit("/kiosk/progress", {"code": code})


def planned(cast: Cast) -> Case:
    case = only_case()
    cases.assign(case, cast["technician"], cast["receptionist"].actor)
    cases.tell_plan(case, "更换角阀，约 40 分钟", cast["technician"].actor, cost="材料费 80 元")
    db.session.commit()
    return case


def finished(cast: Cast) -> Case:
    case = planned(cast)
    cases.agree(case, "kiosk", "王建国", Actor("大堂终端"))  # type: ignore[arg-type]
    cases.start(case, cast["technician"].actor)
    cases.finish(case, "角阀已更换，试水不漏", cast["technician"].actor)
    db.session.commit()
    return case


def test_by_code_masked(cast: Cast, kiosk: Any, code: str) -> None:
    """CASE-1: where it stands and by when; name and number masked."""
    page = look(kiosk, f"{code[:4]} {code[4:]}").select_one("body").text
    assert only_case().number in page and "138****5678" in page and "前联系您" in page
    assert "13800135678" not in page and cast.owner.name not in page


def test_agree_to_the_plan_at_the_kiosk(cast: Cast, kiosk: Any, code: str) -> None:
    """REP-3: the owner's agreement on record, with how."""
    case = planned(cast)
    page = look(kiosk, code)
    assert "更换角阀，约 40 分钟" in page.text and "材料费 80 元" in page.text
    kiosk.submit("/kiosk/progress/agreement")
    db.session.refresh(case)
    assert (case.stage, case.plan.agreed, case.plan.decided_how) == ("agreed", True, "kiosk")


def test_decline_with_a_reason(cast: Cast, kiosk: Any, code: str) -> None:
    """REP-3"""
    case = planned(cast)
    look(kiosk, code)
    kiosk.submit("/kiosk/progress/refusal", {"reason": " "}, status=422)
    kiosk.submit("/kiosk/progress/refusal", {"reason": "费用太高"})
    db.session.refresh(case)
    assert case.stage == "assigned" and case.plans[-1].reason == "费用太高"


def test_confirm_with_the_code(cast: Cast, kiosk: Any, code: str) -> None:
    """CASE-1: confirmed by the customer is a fact of its own, with how."""
    case = finished(cast)
    assert "已解决" in look(kiosk, code).text
    kiosk.submit("/kiosk/progress/confirmation")
    kiosk.submit("/kiosk/progress/confirmation")
    db.session.refresh(case)
    assert case.stage == "confirmed" and [row.how for row in case.confirmations] == ["kiosk"]


def test_give_back_with_a_reason(cast: Cast, kiosk: Any, code: str) -> None:
    """CASE-1: returned with a reason; it goes on with new promises."""
    case = finished(cast)
    look(kiosk, code)
    page = kiosk.submit("/kiosk/progress/return", {"reason": "问题又出现了"})
    db.session.refresh(case)
    assert case.stage == "assigned" and case.returns[0].reason == "问题又出现了"
    assert "会带着您的原因重新处理" in page.text
    assert "returned" in [entry.verb for entry in timeline.history(case)]


def test_what_is_not_done_cannot_be_given_back(cast: Cast, kiosk: Any, code: str) -> None:
    look(kiosk, code)
    page = kiosk.submit("/kiosk/progress/return", {"reason": "太慢"})
    assert "还没有办完" in page.text and only_case().returns == []


def test_a_wrong_code_is_said(cast: Cast, kiosk: Any, code: str) -> None:
    wrong = f"{(int(code) + 1) % 10**8:08}"
    page = kiosk.submit("/kiosk/progress", {"code": wrong}, status=422)
    assert "没有这个回执码" in page.select_one("#code-error").text


def test_codes_cannot_be_tried_out(cast: Cast, kiosk: Any, code: str) -> None:
    """trust: lookups at a kiosk are rate-limited, by device; right ones do not count."""
    for _time in range(8):
        look(kiosk, code)
    for guess in range(5):
        kiosk.submit("/kiosk/progress", {"code": f"{guess:08}"}, status=422)
    assert kiosk.send("/kiosk/progress", {"code": code}).status_code == 429


def test_another_estates_kiosk_finds_nothing(app: Any, cast: Cast, code: str) -> None:
    other: Any = app.test_client()
    other.enrol(cast.other_community)
    other.submit("/kiosk/progress", {"code": code}, status=422)


def test_without_a_code_there_is_nothing(cast: Cast, kiosk: Any, code: str) -> None:
    assert kiosk.get("/kiosk/progress/case").location == "/kiosk/progress"
    for act in ("confirmation", "agreement"):
        assert kiosk.send(f"/kiosk/progress/{act}").location == "/kiosk/progress"
    assert kiosk.send("/kiosk/progress/return", {"reason": "x"}).location == "/kiosk/progress"
