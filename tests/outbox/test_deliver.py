"""What a worker's run does with each answer of a real SMTP server."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask

from portal import clock, queue
from portal.db import db
from portal.outbox import delivery
from portal.outbox import operations as outbox
from portal.outbox.channels import email
from portal.outbox.delivery import deliver
from portal.outbox.models import ChannelState, Delivery, Message, Priority
from portal.outbox.operations import To
from tests.cast import Cast
from tests.faults.sink import Sink
from tests.outbox.conftest import Rows
from tests.outbox.peer import Moody
from tests.servers import free_port

Write = Callable[..., Message]
States = Callable[[], dict[str, str]]
One = Callable[[str], Delivery]
Tries = Callable[[Delivery], list[str]]
Channel = Callable[[], ChannelState]


def later(minutes: float) -> time_machine.travel:
    return time_machine.travel(clock.now() + timedelta(minutes=minutes), tick=True)


@pytest.fixture
def channel(rows: Rows) -> Callable[[], ChannelState]:
    """The e-mail channel's state as it stands."""
    return lambda: rows(sa.select(ChannelState))[0]


def test_a_whole_batch_goes_over_one_connection(write: Write, states: States, peer: Moody) -> None:
    write(*(f"{number}@x.test" for number in range(60)))
    assert deliver() == 60
    assert set(states().values()) == {"sent"}
    assert (len(peer.taken), peer.connections) == (60, 1)
    assert peer.recipients == [f"{number}@x.test" for number in range(60)]


def test_a_refused_recipient_ends_and_the_others_go_on(write: Write, states: States, one: One, peer: Moody) -> None:
    write("a@x.test", "nobody@x.test", "spam@x.test", "b@x.test")
    deliver()
    assert states() == {"a@x.test": "sent", "nobody@x.test": "failed", "spam@x.test": "failed", "b@x.test": "sent"}
    assert one("nobody@x.test").error == "550 5.1.1 no such mailbox"
    with later(60):
        assert deliver() == 0


def test_a_recipient_who_is_asked_later_waits_longer_each_time_and_then_fails(
    write: Write, one: One, tries: Tries, peer: Moody
) -> None:
    with time_machine.travel(clock.now(), tick=False) as moved:
        write("full@x.test")
        deliver()
        for minutes in (1, 5, 30, 120, 360):
            row = one("full@x.test")
            assert row.state == "queued"
            assert minutes * 0.89 < (row.not_before - clock.now()).total_seconds() / 60 < minutes * 1.11
            assert deliver() == 0
            moved.shift(timedelta(minutes=minutes * 1.11))
            assert deliver() == 1
    row = one("full@x.test")
    assert (row.state, row.attempts, row.error) == ("failed", 6, "452 4.2.2 mailbox full")
    assert tries(row) == ["later"] * 6


def test_no_retry_is_planned_past_the_end(write: Write, one: One, peer: Moody) -> None:
    write("grey@x.test", expires_at=clock.now() + timedelta(seconds=30))
    deliver()
    assert one("grey@x.test").state == "failed"


@pytest.mark.parametrize("mood", ["busy", "drop"])
def test_a_lost_connection_rests_the_channel_and_charges_nobody(
    write: Write, states: States, one: One, channel: Channel, peer: Moody, mood: str
) -> None:
    write("a@x.test", f"{mood}@x.test", "b@x.test")
    assert deliver() == 2
    assert states() == {"a@x.test": "sent", f"{mood}@x.test": "queued", "b@x.test": "queued"}
    row = one(f"{mood}@x.test")
    assert (row.attempts, row.crash_count, row.inflight, row.lease_owner) == (0, 0, False, None)
    rest = channel()
    assert rest.paused_until and rest.paused_until > clock.now() and rest.failures == 1
    assert deliver() == 0
    peer.calm = True
    with later(1):
        assert deliver() == 2
    assert set(states().values()) == {"sent"}
    assert sorted(peer.recipients) == sorted(["a@x.test", f"{mood}@x.test", "b@x.test"])
    rest = channel()
    assert rest.paused_until is None and rest.failures == 0


def test_one_that_breaks_every_line_does_not_keep_the_others_waiting(write: Write, states: States, peer: Moody) -> None:
    """Delivery: a poison row."""
    write("drop@x.test", "a@x.test", "b@x.test")
    deliver()
    with later(1):
        deliver()
    assert states() == {"drop@x.test": "queued", "a@x.test": "sent", "b@x.test": "sent"}


def test_a_server_that_is_away_rests_the_channel_longer_each_time(
    app: Flask, write: Write, one: One, channel: Channel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "SMTP_URL", f"smtp://127.0.0.1:{free_port()}")
    write("a@x.test")
    rests = []
    with time_machine.travel(clock.now(), tick=False) as moved:
        for _ in range(6):
            deliver()
            rest = channel()
            assert rest.paused_until
            rests.append((rest.paused_until - clock.now()).total_seconds())
            moved.shift(121)
    assert rests == [5, 15, 30, 60, 120, 120]
    assert "ConnectionRefusedError" in (rest.reason or "")
    assert (one("a@x.test").state, one("a@x.test").attempts) == ("queued", 0)


def test_a_mail_taken_without_an_answer_is_put_before_a_person(
    write: Write, states: States, one: One, tries: Tries, peer: Moody
) -> None:
    """Delivery: accepting DATA and dropping; not sent twice by itself."""
    write("silent@x.test", "b@x.test")
    deliver()
    assert states() == {"silent@x.test": "unknown", "b@x.test": "queued"}
    assert tries(one("silent@x.test")) == ["uncertain"]
    with later(1):
        deliver()
    assert states() == {"silent@x.test": "unknown", "b@x.test": "sent"}
    assert peer.recipients == ["silent@x.test", "b@x.test"]


def test_a_server_that_hangs_is_not_waited_for_without_end(
    app: Flask, write: Write, states: States, channel: Channel, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Delivery: SMTP hanging after it has the mail: nobody knows, so a person decides; the others go on later."""
    sink = Sink().start()
    monkeypatch.setattr(email, "TIMEOUT", 0.3)
    monkeypatch.setitem(app.config, "SMTP_URL", sink.url)
    try:
        write("a@x.test", "b@x.test")
        sink.mood = "hanging"
        assert deliver() == 1
        assert states() == {"a@x.test": "unknown", "b@x.test": "queued"}
        assert channel().failures == 1
        sink.mood = "kind"
        with later(1):
            assert deliver() == 1
    finally:
        sink.stop()
    assert states() == {"a@x.test": "unknown", "b@x.test": "sent"}
    assert [one.to for one in sink.taken] == ["a@x.test", "b@x.test"]


def test_an_emergency_without_an_answer_goes_out_once_more_under_the_same_id(
    write: Write, one: One, peer: Moody
) -> None:
    write("silent@x.test", priority=Priority.EMERGENCY)
    deliver(urgent_only=True)
    assert one("silent@x.test").state == "queued"
    with later(1):
        deliver(urgent_only=True)
    row = one("silent@x.test")
    assert (row.state, row.crash_count) == ("unknown", 2)
    first, second = peer.taken
    assert first == second
    assert f"Message-ID: <{row.reference}@localhost>".encode() in first[1]


def test_a_retry_carries_the_same_bytes(write: Write, peer: Moody) -> None:
    """Delivery: the same Message-ID on every attempt."""
    seen: list[str] = []
    write("grey@x.test")
    peer.on_data = seen.append
    deliver()
    peer.calm = True
    with later(2):
        deliver()
    assert seen == ["grey@x.test", "grey@x.test"]
    assert len(peer.taken) == 1


def test_ordinary_mail_gives_way_to_an_emergency(
    app: Flask, cast: Cast, write: Write, states: States, peer: Moody
) -> None:
    """Delivery: a bulk run looks for an emergency every 25 deliveries."""
    write(*(f"{number}@x.test" for number in range(100)), priority=Priority.BULK)
    place = cast.community.id
    db.session.rollback()
    app.extensions["redis"].flushdb()

    def storm(to: str) -> None:
        if to == "30@x.test":
            with app.app_context():
                homes = [To("home@x.test")]
                outbox.send("_test", homes, community_id=place, key="storm", priority=Priority.EMERGENCY, said="风")
                db.session.commit()

    peer.on_data = storm
    assert deliver() == 50
    assert "home@x.test" not in peer.recipients
    assert queue.waiting("messages") == 1
    assert deliver(urgent_only=True) == 1
    assert deliver() == 50
    assert peer.recipients.index("home@x.test") == 50
    assert set(states().values()) == {"sent"}


def test_an_emergency_goes_first_where_there_is_no_worker_of_its_own(write: Write, peer: Moody) -> None:
    write("a@x.test", "b@x.test", key="1")
    write("home@x.test", key="2", priority=Priority.EMERGENCY)
    deliver()
    assert peer.recipients == ["home@x.test", "a@x.test", "b@x.test"]


def test_a_run_takes_one_batch_and_rings_for_the_next(
    app: Flask, write: Write, states: States, peer: Moody, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivery, "BATCH", 40)
    write(*(f"{number}@x.test" for number in range(100)))
    app.extensions["redis"].flushdb()
    assert deliver() == 40
    assert queue.waiting("messages") == 1
    assert list(states().values()).count("queued") == 60


def test_a_run_whose_time_is_up_gives_back_what_it_claimed(
    write: Write, one: One, peer: Moody, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivery, "SECONDS", 0)
    write("a@x.test")
    assert deliver() == 0
    row = one("a@x.test")
    assert (row.state, row.lease_owner, row.inflight) == ("queued", None, False)
    assert queue.waiting("messages") == 2  # the first bell, and the one for the rest


def test_an_address_that_is_none_fails_alone(write: Write, states: States, peer: Moody) -> None:
    """Header injection is refused; it stops nobody else."""
    evil = "a@x.test>\r\nRCPT TO:<b@x.test"
    write("no address", evil, "王@x.test", "c@x.test")
    deliver()
    assert states() == {"no address": "failed", evil: "failed", "王@x.test": "failed", "c@x.test": "sent"}
    assert peer.recipients == ["c@x.test"]
