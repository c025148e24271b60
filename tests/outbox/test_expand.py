"""Messages to an audience: written down by one statement, made into deliveries some at a time, restartable."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from portal import clock, queue, timeline
from portal.db import db
from portal.outbox import delivery, expansion
from portal.outbox import operations as outbox
from portal.outbox.delivery import deliver
from portal.outbox.models import Audience, AudienceMember, Delivery, Message, Priority
from portal.outbox.sweep import sweep
from portal.people.models import Person
from tests.cast import Cast
from tests.outbox.conftest import Rows
from tests.outbox.peer import Moody

States = Callable[[], dict[str, str]]
Publish = Callable[..., Message]


@pytest.fixture
def people(cast: Cast) -> Cast:
    """Thirty neighbours with an address, one who reads English, two who share one, two without."""
    addresses = [f"{number}@x.test" for number in range(30)] + ["29@X.test", "", None]
    now, place = clock.now(), cast.community.id
    rows = [{"community_id": place, "name": "邻居", "email": email, "updated_at": now} for email in addresses]
    db.session.execute(sa.insert(Person), rows)
    db.session.execute(sa.update(Person).where(Person.email == "7@x.test").values(language="en"))
    db.session.commit()
    return cast


@pytest.fixture
def publish(people: Cast) -> Publish:
    """`publish(priority=…)`: a committed message to all of them."""

    def send_to(key: str = "k", **more: Any) -> Message:
        everybody = sa.select(
            Person.email.label("address"), Person.language.label("language"), Person.id.label("person_id")
        ).where(Person.name == "邻居")
        template, said = more.pop("template", "_test"), more.pop("said", "停水")
        message = outbox.send_to(template, everybody, community_id=people.community.id, key=key, said=said, **more)
        db.session.commit()
        return message

    return send_to


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(expansion, "CHUNK", 7)


def left(rows: Rows) -> tuple[int, int, int]:
    """Size, cursor, members that are still kept."""
    (audience,) = rows(sa.select(Audience))
    return audience.size, audience.position, len(rows(sa.select(AudienceMember)))


def test_everybody_with_an_address_gets_it_once_in_their_language(
    publish: Publish, states: States, rows: Rows, peer: Moody
) -> None:
    publish()
    assert left(rows) == (31, 0, 31)
    assert deliver() == 30
    assert left(rows) == (31, 31, 0)
    assert Counter(peer.recipients) == Counter(f"{number}@x.test" for number in range(30))
    assert "停水 en" in peer.mail("7@x.test").get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert "停水 zh" in peer.mail("8@x.test").get_body(("plain",)).get_content()  # type: ignore[union-attr]
    people = {row.address: row.person_id for row in rows(sa.select(Delivery))}
    assert people["8@x.test"] == rows(sa.select(Person.id).where(Person.email == "8@x.test"))[0]


@pytest.mark.usefixtures("small")
def test_it_goes_on_from_the_cursor_after_a_crash_in_a_chunk(
    publish: Publish, rows: Rows, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Delivery: expansion is restartable; a chunk is whole or has not been."""
    publish()
    assert (expansion.expand(False), expansion.expand(False)) == (7, 7)

    def die(*_: object) -> None:
        raise ConnectionError("the database is gone")

    with monkeypatch.context() as patch:
        patch.setattr(expansion, "_move_on", die)
        with pytest.raises(ConnectionError):
            expansion.expand(False)
    assert left(rows) == (31, 14, 17)
    assert len(rows(sa.select(Delivery))) == 14
    assert [expansion.expand(False) for _ in range(4)] == [7, 7, 3, 0]
    addresses = [row.address for row in rows(sa.select(Delivery).order_by(Delivery.id))]
    assert sorted(addresses) == sorted({*addresses}) and len(addresses) == 30


@pytest.mark.usefixtures("small")
def test_each_run_makes_one_step_and_rings_for_the_next(app: Flask, publish: Publish, peer: Moody) -> None:
    publish()
    app.extensions["redis"].flushdb()
    assert deliver() == 7
    assert queue.waiting("messages") == 1


@pytest.mark.usefixtures("small")
def test_runs_side_by_side_make_each_delivery_once(app: Flask, publish: Publish, rows: Rows) -> None:
    publish()

    def all_of_it(_: int) -> int:
        with app.app_context():
            return sum(iter(lambda: expansion.expand(False), 0))

    with ThreadPoolExecutor(3) as threads:
        taken = sum(threads.map(all_of_it, range(3)))
    taken += sum(iter(lambda: expansion.expand(False), 0))  # one that found another at it has gone home
    assert taken == 31
    assert len(rows(sa.select(Delivery))) == 30


@pytest.mark.usefixtures("small")
def test_nothing_more_is_made_after_a_cancellation(publish: Publish, states: States, rows: Rows, peer: Moody) -> None:
    """Delivery: cancelling stops all that is not in flight, what was not made yet too."""
    message = publish()
    expansion.expand(False)
    assert outbox.cancel(db.session.merge(message), timeline.Actor("周敏")) == 7
    db.session.commit()
    while expansion.expand(False):
        pass
    assert Counter(states().values()) == Counter(cancelled=7)
    assert left(rows) == (31, 31, 0)
    assert deliver() == 0
    assert peer.taken == []


def test_an_emergency_is_expanded_first_and_by_the_urgent_worker(
    publish: Publish, rows: Rows, monkeypatch: pytest.MonkeyPatch, peer: Moody
) -> None:
    monkeypatch.setattr(delivery, "BATCH", 5)
    publish("survey", priority=Priority.BULK)
    publish("storm", priority=Priority.EMERGENCY)
    assert deliver(urgent_only=True) == 5
    made = {row.message_id for row in rows(sa.select(Delivery))}
    assert [*made] == rows(sa.select(Message.id).where(Message.key == "storm"))
    assert expansion.waits(False)
    assert not expansion.waits(True)


def test_an_audience_that_nobody_rang_for_is_found(app: Flask, publish: Publish) -> None:
    """Delivery: Redis wiped."""
    publish("survey", priority=Priority.BULK)
    publish("storm", priority=Priority.EMERGENCY)
    app.extensions["redis"].flushdb()
    sweep()
    assert (queue.waiting("urgent"), queue.waiting("messages")) == (1, 1)


def test_a_repeated_call_is_one_message(publish: Publish, rows: Rows) -> None:
    assert publish().id == publish().id
    assert left(rows)[0] == 31


def test_an_audience_of_nobody_is_finished_at_once(people: Cast, rows: Rows) -> None:
    nobody = sa.select(Person.email.label("address")).where(sa.false())
    outbox.send_to("_test", nobody, community_id=people.community.id, key="k", said="停水")
    db.session.commit()
    assert left(rows) == (0, 0, 0)
    assert not expansion.waits(False)


def test_words_that_differ_by_recipient_are_refused(publish: Publish) -> None:
    with pytest.raises(ValueError, match="differs by recipient"):
        publish(template="_dear")


def test_a_forgotten_message_takes_its_audience_along(publish: Publish, rows: Rows) -> None:
    publish(subject_type="notice", subject_id=7)
    assert outbox.forget("notice", [7]) == 1
    db.session.commit()
    assert rows(sa.select(Audience)) == rows(sa.select(AudienceMember)) == []
