"""How fast mail goes out: this engine, one rq job per message, and the sink itself as the limit, in one run.

    python -m bench.delivery [--mails 10000] [--db postgresql]

All send the same words over SMTP to the same sink, a process of its own. One job per message is what a portal does
that queues a job for each recipient: the job loads the row, connects, builds the mail, sends it, and marks the row.
Messages a second; the ratios are what is to be compared, since the machine is the same for all.
"""

import argparse
import smtplib
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import sqlalchemy as sa
from flask import Flask
from rq import Queue, SimpleWorker, Worker
from rq.serializers import JSONSerializer
from rq.worker import BaseWorker

from bench import one_job
from bench.estate import estate
from bench.expansion import everybody, residents
from bench.one_job import NAME, mail
from jobs import worker as ours
from jobs.signals import Signals
from portal.db import db
from portal.outbox import expansion
from portal.outbox import operations as outbox
from portal.outbox.models import Delivery, Message, State

OLD_SHARE, FORKING_SHARE = 20, 100  # of the mails, for the designs that are slower


@contextmanager
def sink() -> Iterator[str]:
    command = [sys.executable, "-m", "tests.faults.sink"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout
    try:
        yield f"smtp://127.0.0.1:{int(process.stdout.readline())}"
    finally:
        process.kill()
        process.wait()


def raw(url: str, mails: int) -> float:
    """One connection, one mail built beforehand."""
    built = mail("a@sink.test", "停水通知", "请提前接水。" * 10, "<p>请提前接水。</p>" * 10)
    with smtplib.SMTP("127.0.0.1", urlsplit(url).port or 0, NAME) as smtp:
        assert smtp.sock
        smtp.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        started = time.perf_counter()
        for _ in range(mails):
            smtp.docmd("MAIL FROM:<a@sink.test>")
            smtp.docmd("RCPT TO:<a@sink.test>")
            smtp.docmd("DATA")
            smtp.send(built + b"\r\n.\r\n")
            code, _said = smtp.getreply()
            assert code == 250
        return mails / (time.perf_counter() - started)


def engine(app: Flask, place_id: int, mails: int) -> float:
    """The portal's own worker, from the first bell to the last mail. The audience has become deliveries before."""
    _publish(place_id, mails)
    while expansion.expand(False):
        pass
    worker = ours.Worker(app, "messages", Signals())
    speed = _timed(lambda: worker.work(burst=True, logging_level="ERROR"), mails)
    _forget()
    return speed


def per_message(app: Flask, place_id: int, mails: int, kind: type[BaseWorker]) -> float:
    """One rq job per message."""
    one_job.app = app
    _publish(place_id, mails)
    while expansion.expand(False):
        pass
    ids = list(db.session.scalars(sa.select(Delivery.id)))
    db.session.rollback()
    redis = app.extensions["redis"]
    redis.flushdb()
    queue = Queue("each", connection=redis, serializer=JSONSerializer)
    for delivery_id in ids:
        queue.enqueue("bench.one_job.send_one", delivery_id, result_ttl=0)
    worker = kind([queue], connection=redis, serializer=JSONSerializer, log_job_description=False)
    speed = _timed(lambda: worker.work(burst=True, logging_level="ERROR"), mails)
    _forget()
    return speed


def _publish(place_id: int, mails: int) -> None:
    audience = everybody(place_id).limit(mails)
    outbox.send_to("_test", audience, community_id=place_id, key="survey", said="停水通知")
    db.session.commit()


def _timed(act: Callable[[], object], mails: int) -> float:
    started = time.perf_counter()
    act()
    seconds = time.perf_counter() - started
    sent = db.session.scalar(sa.select(sa.func.count()).where(Delivery.state == State.SENT))
    db.session.rollback()
    assert sent == mails, f"{sent} of {mails} were sent"
    return mails / seconds


def _forget() -> None:
    db.session.execute(sa.delete(Message))
    db.session.commit()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--mails", type=int, default=10_000)
    parser.add_argument("--db", choices=("sqlite", "postgresql"), default="sqlite")
    chosen = parser.parse_args()
    with sink() as url, estate(chosen.db, SMTP_URL=url) as made:
        residents(made.place_id, chosen.mails)
        simple = per_message(made.app, made.place_id, chosen.mails // OLD_SHARE, SimpleWorker)
        forking = per_message(made.app, made.place_id, chosen.mails // FORKING_SHARE, Worker)
        this = engine(made.app, made.place_id, chosen.mails)
        limit = raw(url, chosen.mails)
    print(f"{db_name(chosen.db)}, {chosen.mails} mails, messages a second")
    for name, speed in (("raw sink", limit), ("this engine", this), ("rq, simple", simple), ("rq, forking", forking)):
        print(f"{name:12} {speed:8,.0f}")
    print(
        f"engine / raw sink {this / limit:.0%} (goal 60 %), engine / simple {this / simple:.1f} × (goal 10 ×)", end=""
    )
    print(f", engine / forking {this / forking:.0f} ×")


def db_name(kind: str) -> str:
    return {"sqlite": "SQLite", "postgresql": "PostgreSQL"}[kind]


if __name__ == "__main__":
    main()
