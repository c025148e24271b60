from typing import Any

import pytest

from portal.db import db
from portal.knowledge.models import Answer
from portal.knowledge.queries import search
from portal.knowledge.words import terms
from tests.cast import Cast

Answers = dict[str, Answer]


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("装修押金", ["装修", "修押", "押金"]),
        ("请问装修押金是多少钱？", ["装修", "修押", "押金", "金是"]),
        ("ＷＩＦＩ 密码", ["wifi", "密码"]),
        ("怎么", ["怎么"]),
        ("卡", ["卡"]),
        ("How can I pay the fee", ["pay", "fee"]),
        ("   ", []),
        ("？！", []),
    ],
)
def test_what_is_looked_for(text: str, pieces: list[str]) -> None:
    assert terms(text) == pieces


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("装修押金", "装修押金多少？"),
        ("装潢保证金要交多少钱", "装修押金多少？"),
        ("物业费", "物业服务费怎么收？"),
        ("请问停车怎么收费", "停车费多少？"),
        ("发烧了去哪看病", "社区医院电话是多少？"),
        ("ic卡丢了", "门禁卡丢了怎么办？"),
        ("地铁", "最近的地铁站在哪？"),
        ("2.80", "物业服务费怎么收？"),
    ],
)
def test_the_best_answer_comes_first(answers: Answers, cast: Cast, text: str, question: str) -> None:
    """PROC-8: answered without leafing through, in the words that people use."""
    found = search(cast.community.id, text)
    assert found and found[0].question == question


@pytest.mark.parametrize("text", ["", "100%", "_", "海洋馆门票", "'; DROP TABLE answer"])
def test_what_is_not_known_is_not_guessed(answers: Answers, cast: Cast, text: str) -> None:
    """CASE-11: nothing is shown rather than something that only looks alike; wildcards are plain characters."""
    assert search(cast.community.id, text) == []


def test_another_estates_answers_stay_there(answers: Answers, cast: Cast) -> None:
    assert {row.community_id for row in search(cast.community.id, "装修押金")} == {cast.community.id}


def test_a_retired_answer_is_not_found(answers: Answers, cast: Cast, signed_in: Any) -> None:
    row = answers["装修押金多少？"]
    signed_in("receptionist").submit(f"/knowledge/{row.id}/retirement", {"reason": "标准改了"})
    assert row not in search(cast.community.id, "装修押金")


def test_the_fragment_for_a_call(answers: Answers, signed_in: Any) -> None:
    """PROC-8: at the desk, while the customer still speaks."""
    found = signed_in("receptionist").page("/knowledge/search?q=门禁卡")
    assert found.select_one("#knowledge-found details summary").text.strip() == "门禁卡丢了怎么办？"
    assert "工本费 20 元" in found.text
    nothing = signed_in("receptionist").page("/knowledge/search?q=海洋馆")
    assert "不要猜测" in nothing.text


def test_english_is_found_and_shown(answers: Answers, cast: Cast, kiosk: Any) -> None:
    row = answers["停车费多少？"]
    row.question_en, row.text_en = "How much is parking?", "300 yuan a month."
    db.session.commit()
    assert search(cast.community.id, "Parking")[0].id == row.id
    kiosk.submit("/kiosk/language", {"language": "en"})
    page = kiosk.page(f"/kiosk/answers/{row.id}")
    assert "How much is parking?" in page.text and "300 yuan a month." in page.text
