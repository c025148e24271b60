from typing import Any

import pytest

from portal.db import db
from portal.knowledge import operations
from portal.knowledge.models import Answer
from tests.cast import Cast

ROWS = (
    ("prices", "装修押金多少？", "住宅装修押金 2000 元，验收合格后 7 个工作日退还。", "装潢 保证金 退款"),
    ("prices", "物业服务费怎么收？", "每平方米每月 2.80 元，按季度收取。", "物业费 管理费"),
    ("prices", "停车费多少？", "月卡 300 元，临停每小时 5 元。", "车位 月卡 泊车"),
    ("phones", "社区医院电话是多少？", "翠湖社康 0755-2601 2345，8:00–22:00。", "诊所 看病 发烧"),
    ("errands", "门禁卡丢了怎么办？", "带身份证到前台挂失补办，工本费 20 元。", "IC卡 挂失 补卡"),
    ("nearby", "最近的地铁站在哪？", "3 号线翠湖站 B 口，步行 6 分钟。", "交通 公交"),
)


@pytest.fixture
def answers(cast: Cast) -> dict[str, Answer]:
    """Six answers of the estate, by question; one alike in the other estate."""
    made = {row[1]: add(cast.community, *row, cast["manager"].actor) for row in ROWS}
    add(cast.other_community, *ROWS[0], cast["outsider"].actor)
    db.session.commit()
    return made


def add(place: Any, category: str, question: str, text: str, keywords: str, actor: Any) -> Answer:
    values = {"category": category, "question": question, "text": text, "keywords": keywords}
    return operations.add(place, {**values, "question_en": "", "text_en": ""}, actor)
