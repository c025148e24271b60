"""Real worker processes that are killed, stopped and put to sleep in the middle of a batch.

Counted as Jepsen does: lost = acknowledged − delivered; duplicates apart. An acknowledged delivery is one whose row
was committed; delivered is what the SMTP peer recorded.
"""

import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from flask import Flask

from portal import clock
from portal.outbox.models import Delivery, Message, Priority
from portal.outbox.sweep import sweep
from tests.outbox.peer import Moody
from tests.servers import until

ROOT = Path(__file__).resolve().parents[2]
MAILS = 120
DEAD = timedelta(seconds=7)
Write = Callable[..., Message]
States = Callable[[], dict[str, str]]
Process = subprocess.Popen[bytes]
Work = Callable[..., Process]


@pytest.fixture
def work(app: Flask, peer: Moody) -> Iterator[Work]:
    """`work("messages")`: a worker process on the tests' own database and queue."""
    started: list[Process] = []

    def start(queue: str = "messages") -> Process:
        command = [sys.executable, "-m", "jobs.worker", queue]
        environ = os.environ | {"SMTP_URL": peer.url}
        started.append(subprocess.Popen(command, cwd=ROOT, env=environ, stderr=subprocess.DEVNULL))
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.wait()


def at(number: int, act: Callable[[], Any]) -> Callable[[str], None]:
    """Do it once, while mail `number` is on the wire."""
    count = 0

    def look(_: str) -> None:
        nonlocal count
        count += 1
        if count == number:
            act()

    return look


def sweep_later() -> None:
    """As the ticker's next sweep would, once the leases are over."""
    with time_machine.travel(clock.now() + DEAD, tick=True):
        assert sweep()


def finished(states: States) -> bool:
    return not {"queued", "sending"} & set(states().values())


@pytest.mark.parametrize("number", [1, 17, 60, MAILS])
def test_a_killed_worker_loses_nothing_and_doubles_nothing(
    write: Write, states: States, peer: Moody, work: Work, number: int
) -> None:
    """Delivery: SIGKILL at any row: 0 lost, 0 twice; the one on the wire is put before a person."""
    write(*(f"{count}@x.test" for count in range(MAILS)))
    worker = work()
    peer.on_data = at(number, lambda: worker.send_signal(signal.SIGKILL))
    assert worker.wait(120) == -signal.SIGKILL
    assert len(peer.taken) == number
    sweep_later()
    work()
    until(lambda: finished(states), "the next worker did not finish", 120)
    lost = {address for address, state in states().items() if state == "sent"} - set(peer.recipients)
    twice = [address for address, count in Counter(peer.recipients).items() if count > 1]
    assert (lost, twice) == (set(), [])
    assert Counter(states().values()) == Counter(sent=MAILS - 1, unknown=1)
    assert states()[peer.recipients[number - 1]] == "unknown"
    assert set(peer.recipients) == {f"{count}@x.test" for count in range(MAILS)}


def test_an_emergency_on_a_killed_workers_wire_goes_out_again(
    write: Write, states: States, peer: Moody, work: Work
) -> None:
    """Delivery: at most one duplicate a kill for emergencies, under the same Message-ID, and none lost."""
    write(*(f"{count}@x.test" for count in range(40)), priority=Priority.EMERGENCY)
    worker = work("urgent")
    peer.on_data = at(20, lambda: worker.send_signal(signal.SIGKILL))
    assert worker.wait(120) == -signal.SIGKILL
    sweep_later()
    work("urgent")
    until(lambda: finished(states), "the next worker did not finish", 120)
    assert set(states().values()) == {"sent"}
    twice = [address for address, count in Counter(peer.recipients).items() if count > 1]
    assert len(twice) == 1 and len(peer.taken) == 41
    first, second = (raw for to, raw in peer.taken if to == twice[0])
    assert first == second


def test_a_worker_that_is_told_to_stop_finishes_what_it_holds(
    write: Write, states: States, peer: Moody, work: Work
) -> None:
    """Delivery: SIGTERM as in a deploy."""
    write(*(f"{count}@x.test" for count in range(MAILS)))
    worker = work()
    peer.on_data = at(30, lambda: worker.send_signal(signal.SIGTERM))
    assert worker.wait(120) == 0
    assert Counter(states().values()) == Counter(sent=MAILS)
    assert Counter(peer.recipients) == Counter(f"{count}@x.test" for count in range(MAILS))


def test_a_worker_that_sleeps_past_its_lease_writes_nothing_when_it_wakes(
    write: Write,
    states: States,
    one: Callable[[str], Delivery],
    tries: Callable[[Delivery], list[str]],
    peer: Moody,
    work: Work,
) -> None:
    """Delivery: SIGSTOP past the lease, then SIGCONT: the late write is refused."""
    write(*(f"{count}@x.test" for count in range(MAILS)))
    worker = work()
    peer.on_data = at(25, lambda: worker.send_signal(signal.SIGSTOP))
    until(lambda: len(peer.taken) == 25, "the worker did not begin", 120)
    asleep = peer.recipients[24]
    sweep_later()
    work()
    until(lambda: finished(states), "the other worker did not finish", 120)
    assert states()[asleep] == "unknown"
    worker.send_signal(signal.SIGCONT)
    until(lambda: tries(one(asleep)) == ["left", "late"], "the late write was not noted", 120)
    assert Counter(states().values()) == Counter(sent=MAILS - 1, unknown=1)
    assert Counter(peer.recipients) == Counter(f"{count}@x.test" for count in range(MAILS))
