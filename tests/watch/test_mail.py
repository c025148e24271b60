"""From a forgotten promise to letters at a real mail server."""

from datetime import timedelta

import time_machine
from flask import Flask

from jobs import outbox as outbox_job
from jobs import watch as watch_job
from portal import clock
from portal.db import db
from portal.standards import operations
from tests.cast import Cast
from tests.servers import Peer


def test_reminder_and_escalation_arrive(app: Flask, cast: Cast, smtp: Peer) -> None:
    """CASE-2, CASE-5: the owner is reminded, the manager hears of the break, then the director: real letters."""
    made = operations.promise(
        cast.unit, "word", "CASE-5", cast["technician"].id, cast["receptionist"].actor, label="B-001 厨房漏水"
    )
    db.session.commit()
    start = clock.now()
    for hours in (6.1, 11.6, 12.1, 13.1):
        with time_machine.travel(start + timedelta(hours=hours), tick=True):
            watch_job.look()
            outbox_job.deliver()
    subjects = {who: [mail["Subject"].split("：")[0] for mail in smtp.to(f"{who}@yinghou.test")] for who in cast.users}
    assert subjects["technician"] == ["时间过半", "即将到时", "承诺超时"]
    assert subjects["manager"] == ["承诺超时"] and subjects["director"] == ["请主任过问"]
    assert not subjects["receptionist"] and not smtp.to("outsider@yinghou.test")
    body = smtp.to("manager@yinghou.test")[0].get_body(("plain",))
    assert body and "周敏，您好" in body.get_content() and "何师傅" in body.get_content()
    assert made.broken_at == made.due_at
