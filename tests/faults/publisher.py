"""A process that publishes a message and is killed at a chosen moment.

python -m tests.faults.publisher COMMUNITY_ID MOMENT
"""

import os
import signal
import sys
from typing import Any

from jinja2 import ChoiceLoader, DictLoader

from portal import create_app, queue
from portal.db import db
from portal.outbox import operations as outbox
from portal.outbox.operations import To
from tests.outbox.conftest import LETTERS

MAILS = 20
MOMENTS = ("before-commit", "before-bell")


def die(*_given: Any, **_named: Any) -> bool:
    os.kill(os.getpid(), signal.SIGKILL)
    return False


def publish(place_id: int, moment: str) -> None:
    app = create_app()
    assert app.jinja_env.loader
    app.jinja_env.loader = ChoiceLoader([app.jinja_env.loader, DictLoader(LETTERS)])
    with app.app_context():
        to = [To(f"{moment}-{number}@sink.test") for number in range(MAILS)]
        outbox.send("_test", to, community_id=place_id, key=moment, said="停水")
        if moment == "before-commit":
            db.session.flush()
            die()
        queue.ring = die
        db.session.commit()


if __name__ == "__main__":
    publish(int(sys.argv[1]), sys.argv[2])
