"""A round: mail to some addresses, a fault in the middle, and the count when all is quiet again.

Counted as Jepsen does. Acknowledged is what was committed; delivered is what the sink recorded. A delivery that was
put before a person (`unknown`) is not lost, and is counted apart.
"""

from collections import Counter
from dataclasses import dataclass
from random import Random
from threading import Event

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.db import db
from portal.outbox import operations as outbox
from portal.outbox.models import Delivery, Priority, State
from portal.outbox.operations import To
from tests.faults.faults import Fault
from tests.faults.fleet import Fleet
from tests.servers import until

MAILS = 300  # more than one batch
QUIET_SECONDS = 240


@dataclass(frozen=True)
class Count:
    """How a round ended. `resumed` is seconds from the fault's end (a kill: from the kill) to the next mail; None
    where none was left to send."""

    acknowledged: int
    lost: int
    duplicated: int
    unexpected: int
    parked: int
    resumed: float | None


def play(fleet: Fleet, place_id: int, fault: Fault, seed: str, priority: Priority = Priority.NORMAL) -> Count:
    """Needs an application context; the template `_test` must be there (tests/outbox/conftest.py)."""
    reached, go_on = Event(), Event()
    number = Random(seed).randrange(2, MAILS - 20)

    def look(count: int) -> None:
        if count == number:
            reached.set()
            go_on.wait(1)  # a mail is on the wire when the fault comes

    until(fleet.spare_is_ready, "no replacement is at hand", 60)
    fleet.sink.taken.clear()
    fleet.sink.on_mail = look
    addresses = publish(place_id, seed, MAILS, priority)
    assert reached.wait(60), "the round did not begin"
    try:
        over = fault(fleet)
    finally:
        go_on.set()
    until(finished, "the round did not end", QUIET_SECONDS)
    return count(fleet, addresses, over)


def publish(place_id: int, key: str, mails: int, priority: Priority) -> set[str]:
    """Commit a message to so many; returns the addresses."""
    addresses = [f"{key.replace(' ', '_')}-{number}@sink.test" for number in range(mails)]
    to = [To(address) for address in addresses]
    outbox.send("_test", to, community_id=place_id, key=key, priority=priority, said="停水")
    db.session.commit()
    return set(addresses)


def finished() -> bool:
    return not {State.QUEUED, State.SENDING} & set(states().values())


def states() -> dict[str, str]:
    """By address, read in a transaction that is over."""
    db.session.rollback()
    with Session(db.engine) as session:
        return {row.address: row.state for row in session.scalars(sa.select(Delivery))}


def count(fleet: Fleet, addresses: set[str], over: float) -> Count:
    found = {one: state for one, state in states().items() if one in addresses and state != State.CANCELLED}
    taken = Counter(one.to for one in fleet.sink.taken)
    parked = {address for address, state in found.items() if state == State.UNKNOWN}
    later = [one.at for one in fleet.sink.taken if one.at > over]
    return Count(
        acknowledged=len(found),
        lost=len(set(found) - set(taken) - parked),
        duplicated=sum(times - 1 for times in taken.values()),
        unexpected=len(set(taken) - set(found)),
        parked=len(parked),
        resumed=min(later) - over if later else None,
    )
