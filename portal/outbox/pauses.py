"""A channel rests after a lost connection, for longer each time running, and charges no recipient for it."""

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy import Connection

from portal import clock
from portal.db import db
from portal.outbox.models import ChannelState
from portal.outbox.rows import add_once

PAUSES = tuple(timedelta(seconds=seconds) for seconds in (5, 15, 30, 60, 120))  # then 120 s each time


def resting(now: datetime) -> sa.Select[tuple[str]]:
    """The channels that rest at that moment."""
    return sa.select(ChannelState.channel).where(ChannelState.paused_until > now)


def pause(channel: str, reason: str) -> datetime:
    """Let the channel rest; returns until when."""
    now = clock.now()
    with db.engine.begin() as connection:
        add_once(connection, ChannelState, [{"channel": channel, "failures": 0, "changed_at": now}], unique="channel")
        failures = connection.scalar(
            _of(channel).values(failures=ChannelState.failures + 1).returning(ChannelState.failures)
        )
        until = now + PAUSES[min(failures or 1, len(PAUSES)) - 1]
        connection.execute(_of(channel).values(paused_until=until, reason=reason[:300], changed_at=now))
    return until


def works(connection: Connection, channel: str) -> None:
    """Something has gone out: the next failure is a first one again."""
    failing = _of(channel).where(ChannelState.failures > 0)
    connection.execute(failing.values(failures=0, paused_until=None, reason=None, changed_at=clock.now()))


def resume(channel: str) -> None:
    """A person says that the channel works again: end the rest now, in the present transaction."""
    db.session.execute(_of(channel).values(failures=0, paused_until=None, changed_at=clock.now()))


def _of(channel: str) -> sa.Update:
    return sa.update(ChannelState).where(ChannelState.channel == channel)
