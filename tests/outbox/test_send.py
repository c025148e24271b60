"""What send() writes, and what it does not: rows in the caller's transaction, and a bell after it."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from portal import clock, queue, timeline
from portal.db import db
from portal.outbox import operations as outbox
from portal.outbox.delivery import deliver
from portal.outbox.models import Delivery, Message, Priority
from portal.outbox.operations import To
from tests.cast import Cast
from tests.outbox.peer import Moody

Write = Callable[..., Message]
States = Callable[[], dict[str, str]]


def test_one_text_a_language_and_one_delivery_a_recipient(cast: Cast) -> None:
    to = [To("a@x.test"), To("b@x.test", "en"), To("c@x.test", "fr"), To(" "), To("A@x.test")]
    message = outbox.send("_test", to, community_id=cast.community.id, key="k", said="你好")
    db.session.commit()
    assert sorted(text.language for text in message.texts) == ["en", "zh"]
    assert [(one.address, one.language) for one in message.deliveries] == [
        ("a@x.test", "zh"),
        ("b@x.test", "en"),
        ("c@x.test", "zh"),
    ]


def test_texts_and_addresses_are_not_readable_in_the_database(write: Write) -> None:
    """Trust: links in a text are as secret as their hashes elsewhere."""
    write("wang@x.test", said="暗号 4711")
    for table in ("message_text", "delivery"):
        for row in db.session.execute(sa.text(f"SELECT * FROM {table}")):
            assert b"4711" not in repr(tuple(row)).encode()
            assert "wang@x.test" not in repr([bytes(v) if isinstance(v, memoryview) else v for v in row])


def test_nothing_rings_or_is_sent_before_the_commit(cast: Cast, peer: Moody) -> None:
    outbox.send("_test", [To("a@x.test")], community_id=cast.community.id, key="k", said="一")
    assert queue.waiting("messages") == 0
    db.session.commit()
    assert queue.waiting("messages") == 1
    assert peer.taken == []
    assert deliver() == 1
    assert peer.recipients == ["a@x.test"]


def test_a_rolled_back_message_is_never_sent(cast: Cast, peer: Moody) -> None:
    outbox.send("_test", [To("a@x.test")], community_id=cast.community.id, key="k", said="一")
    db.session.rollback()
    assert queue.waiting("messages") == 0
    assert deliver() == 0
    assert peer.taken == []


def test_many_messages_in_one_transaction_ring_once(cast: Cast) -> None:
    for key in "abc":
        outbox.send("_test", [To("a@x.test")], community_id=cast.community.id, key=key, said="一")
    db.session.commit()
    assert queue.waiting("messages") == 1


def test_an_emergency_rings_its_own_bell(write: Write) -> None:
    write("a@x.test", priority=Priority.EMERGENCY)
    assert (queue.waiting("urgent"), queue.waiting("messages")) == (1, 0)


def test_twenty_threads_that_press_send_make_one_message(app: Flask, cast: Cast, peer: Moody) -> None:
    """Trust: 20 threads pressing approve produce one send."""
    place = cast.community.id
    db.session.commit()

    def press(number: int) -> int:
        with app.app_context():
            to = [To("a@x.test"), To("b@x.test")]
            message = outbox.send("_test", to, community_id=place, key="storm", said=f"{number}")
            db.session.commit()
            return message.id

    with ThreadPoolExecutor(20) as threads:
        ids = set(threads.map(press, range(20)))
    assert len(ids) == 1
    assert deliver() == 2
    assert sorted(peer.recipients) == ["a@x.test", "b@x.test"]


def test_people_go_on_working_while_the_queue_is_away(
    app: Flask, write: Write, states: States, monkeypatch: pytest.MonkeyPatch
) -> None:
    away = queue.connect("redis://127.0.0.1:1/0")
    monkeypatch.setitem(app.extensions, "redis", away)
    write("a@x.test")
    assert states() == {"a@x.test": "queued"}


def test_cancelling_stops_what_is_queued(write: Write, states: States, peer: Moody) -> None:
    message = write("a@x.test", "b@x.test")
    assert outbox.cancel(message, timeline.SYSTEM) == 2
    assert outbox.cancel(message, timeline.SYSTEM) == 0
    db.session.commit()
    assert deliver() == 0
    assert states() == {"a@x.test": "cancelled", "b@x.test": "cancelled"}
    assert [entry.verb for entry in timeline.history(message)] == ["cancelled"]


def test_cancelling_in_the_middle_of_a_batch_stops_the_rest(
    app: Flask, write: Write, states: States, peer: Moody
) -> None:
    """Delivery: cancelling stops all that is not in flight."""
    message_id = write("a@x.test", "b@x.test", "c@x.test").id
    db.session.rollback()

    def cancel_now(to: str) -> None:
        if to == "b@x.test":
            with app.app_context():
                outbox.cancel(db.session.get_one(Message, message_id), timeline.SYSTEM)
                db.session.commit()

    peer.on_data = cancel_now
    deliver()
    assert states() == {"a@x.test": "sent", "b@x.test": "sent", "c@x.test": "cancelled"}
    assert peer.recipients == ["a@x.test", "b@x.test"]


def test_what_fills_the_placeholders_differs_by_recipient(cast: Cast, peer: Moody) -> None:
    def to(name: str) -> To:
        return To(f"{len(name)}@x.test", name=name, fields={"link": f"https://x.test/?n={len(name)}&a=<b>"})

    outbox.send("_dear", [to("王建国"), to("李<四>\r\nBcc: all")], community_id=cast.community.id, key="k", said="好")
    db.session.commit()
    deliver()
    mail = peer.mail("3@x.test")
    assert mail["Subject"] == "王建国: 好"
    body = mail.get_body(("plain",))
    assert body is not None and body.get_content().strip() == "王建国 https://x.test/?n=3&a=<b> 好"
    evil = peer.mail("14@x.test")
    assert evil["Subject"] == "李<四> Bcc: all: 好" and evil["Bcc"] is None
    html = evil.get_body(("html",))
    assert html is not None and "李&lt;四&gt;" in html.get_content()


def test_a_notification_is_one_per_person_and_key_in_their_language(cast: Cast) -> None:
    manager, guard = cast["manager"], cast["guard"]
    for _ in range(2):
        outbox.notify(
            [manager.id, guard.id, manager.id], community_id=cast.community.id, text="请看", url="/x", key="case:1"
        )
    db.session.commit()
    rows = db.session.execute(sa.text("SELECT user_id, text FROM notification ORDER BY user_id")).all()
    assert sorted(rows) == sorted([(manager.id, "请看"), (guard.id, "请看")])


def test_what_has_expired_is_not_sent(write: Write, peer: Moody) -> None:
    write("a@x.test", expires_at=clock.now() - timedelta(minutes=1))
    assert deliver() == 0
    assert peer.taken == []
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Delivery)) == 1
