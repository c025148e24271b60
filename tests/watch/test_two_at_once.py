"""Two watches at the same moment remind once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier

import sqlalchemy as sa
import time_machine
from flask import Flask

from portal.clock import CHINA
from portal.db import db
from portal.outbox.models import Delivery, Message, Notification
from portal.standards import operations
from portal.watch.operations import Looked, look
from tests.cast import Cast

START = datetime(2026, 3, 3, 9, tzinfo=CHINA)
PROMISES, WATCHES = 12, 4


def test_several_watches_remind_once(app: Flask, cast: Cast) -> None:
    """CASE-2: the claims of four watches at once do not overlap, and none is left out."""
    with time_machine.travel(START, tick=False):
        for _ in range(PROMISES):
            operations.promise(cast.unit, "word", "CASE-5", cast["technician"].id, cast["receptionist"].actor)
        db.session.commit()
    together = Barrier(WATCHES)

    def watch(_number: int) -> Looked:
        with app.app_context():
            together.wait()
            found = look(START + timedelta(hours=12.5))
            db.session.commit()
            return found

    with ThreadPoolExecutor(WATCHES) as pool:
        looks = list(pool.map(watch, range(WATCHES)))
    look(START + timedelta(hours=12.5))
    db.session.commit()
    assert sum(found.broken for found in looks) == PROMISES
    assert db.session.scalar(sa.select(sa.func.count(Message.id))) == PROMISES
    assert db.session.scalar(sa.select(sa.func.count(Delivery.id))) == 2 * PROMISES
    assert db.session.scalar(sa.select(sa.func.count(Notification.id))) == 2 * PROMISES
