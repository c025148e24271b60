"""The worker's side: one run takes up to 250 due deliveries of a channel and sends them over one line.

One commit a message: it writes down how the last one ended and marks the next one as on the wire. A worker that is
killed therefore leaves at most one delivery of which nobody knows whether it arrived; see sweep.py for what follows.
"""

import logging
import os
import re
import time
from dataclasses import dataclass, replace
from datetime import timedelta
from secrets import SystemRandom
from socket import gethostname
from typing import Any
from uuid import uuid4

from portal import clock, queue
from portal.outbox import claims, expansion, pauses
from portal.outbox.channels import Line, LineDown, Refused, TryLater, Uncertain, open_line
from portal.outbox.claims import Claim
from portal.outbox.lease import Lease
from portal.outbox.models import Priority, State

BATCH = 250
SECONDS = 10
LOOK_EVERY = 25  # deliveries, for an emergency that waits
DEAD_SENDERS = 2  # in flight in so many dead senders: a person looks at it
RETRIES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 360))
JOB = "jobs.outbox.deliver"
log = logging.getLogger(__name__)
_random = SystemRandom()


@dataclass(frozen=True)
class Tried:
    """A try that is over and not yet written down. `outcome` is sent, refused, later, down or uncertain."""

    held: Claim
    outcome: str
    detail: str


class LeaseLost(Exception):  # noqa: N818
    """Somebody else holds what this run had claimed."""


def deliver(urgent_only: bool = False) -> int:
    """Send what is due, most urgent first, then ring for the next run if more waits. Returns how many it tried.
    Before that, one step of an audience that waits becomes deliveries."""
    expansion.expand(urgent_only)
    tried = sum(Run(channel, urgent_only).work() for channel in claims.due_channels(urgent_only))
    if expansion.waits(urgent_only) or claims.due_channels(urgent_only):
        queue.ring(JOB, urgent_only, queue="urgent" if urgent_only else "messages")
    return tried


class Run:
    """One sender's turn at one channel."""

    def __init__(self, channel: str, urgent_only: bool) -> None:
        self.channel = channel
        self.urgent_only = urgent_only
        self.owner = f"{gethostname()[:20]}-{os.getpid()}-{uuid4().hex[:12]}"  # each run has a name of its own
        self.ends = time.monotonic() + SECONDS
        self.lease = Lease(self.owner)
        self.tried = 0
        self.worked = False

    def work(self) -> int:
        batch = claims.claim(self.owner, self.channel, self.urgent_only, BATCH)
        try:
            if batch:
                with self.lease:
                    self._send(batch)
        except LeaseLost:
            log.warning("lease lost by %s after %s deliveries", self.owner, self.tried)
        finally:
            claims.release(self.owner)
        return self.tried

    def _send(self, batch: list[Claim]) -> None:
        try:
            line = open_line(self.channel)
        except LineDown as error:
            pauses.pause(self.channel, str(error))
            return
        try:
            self._send_all(line, batch)
        finally:
            line.close()

    def _send_all(self, line: Line, batch: list[Claim]) -> None:
        last: Tried | None = None
        for held in batch:
            if self._gives_way(held):
                break
            if self._step(last, held):
                last = attempt(line, held)
                self.tried += 1
            else:
                last = None
            if last and last.outcome in ("down", "uncertain"):
                break
        self._step(last, None)
        if last and last.outcome in ("down", "uncertain"):
            pauses.pause(self.channel, last.detail)

    def _gives_way(self, held: Claim) -> bool:
        """Whether to stop before this delivery: time is up, or an emergency waits behind ordinary mail."""
        if time.monotonic() >= self.ends:
            return True
        look = self.tried and self.tried % LOOK_EVERY == 0 and held.priority != Priority.EMERGENCY
        return bool(look) and claims.emergency_waits(self.channel)

    def _step(self, last: Tried | None, following: Claim | None) -> bool:
        """One transaction: write down the last try, mark the following delivery. Whether that one may be sent."""
        lost, go = False, False
        with self.lease.writing() as connection:
            if last:
                becomes, values = ending(last)
                lost = not claims.settle(connection, last.held, becomes, last.outcome, last.detail, values)
                if last.outcome == "sent" and not self.worked:
                    self.worked = True
                    pauses.works(connection, self.channel)
            if following and not lost:
                go = claims.mark(connection, following)
                lost = not go and not claims.still_ours(connection, following)
        if lost:
            raise LeaseLost
        return go


def attempt(line: Line, held: Claim) -> Tried:
    """Hand one delivery to the channel. Nothing that one delivery does may stop the others.
    Servers like to repeat the address, which stands here encrypted: it is struck out of what they said."""
    tried = _attempt(line, held)
    said = re.sub(re.escape(held.parcel.address), "***", tried.detail, flags=re.IGNORECASE)
    return replace(tried, detail=said)


def _attempt(line: Line, held: Claim) -> Tried:
    try:
        return Tried(held, "sent", line.send(held.parcel))
    except Refused as error:
        return Tried(held, "refused", str(error))
    except TryLater as error:
        return Tried(held, "later", str(error))
    except LineDown as error:
        return Tried(held, "down", str(error))
    except Uncertain as error:
        return Tried(held, "uncertain", str(error))
    except Exception as error:
        log.exception("delivery %s cannot be sent", held.id)
        return Tried(held, "refused", f"{type(error).__name__} in the {held.channel} channel")


def ending(tried: Tried) -> tuple[State, dict[str, Any]]:
    """Where the delivery goes after that try, and what else is written."""
    held, now = tried.held, clock.now()
    ended = {"ended_at": now, "attempts": held.attempts + 1, "error": tried.detail[:300]}
    if tried.outcome == "sent":
        return State.SENT, {**ended, "error": None}
    if tried.outcome == "later" and held.attempts < len(RETRIES):
        again = now + RETRIES[held.attempts] * _random.uniform(0.9, 1.1)
        if held.expires_at is None or again < held.expires_at:
            return State.QUEUED, {"not_before": again, "attempts": held.attempts + 1, "error": tried.detail[:300]}
    if tried.outcome == "down":  # behind the others, lest one that breaks every line keeps them all waiting
        return State.QUEUED, {"not_before": now + pauses.PAUSES[0], "error": tried.detail[:300]}
    if tried.outcome == "uncertain":
        crashes = held.crash_count + 1
        if held.priority == Priority.EMERGENCY and crashes < DEAD_SENDERS:
            return State.QUEUED, {"crash_count": crashes, "error": tried.detail[:300]}
        return State.UNKNOWN, {"ended_at": now, "crash_count": crashes, "error": tried.detail[:300]}
    return State.FAILED, ended
