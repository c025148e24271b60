"""The one table of a delivery's moves, and the one function that moves. Every change of state is built here."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy import Update

from portal.outbox.models import Delivery, State

MOVES: dict[State, frozenset[State]] = {
    State.QUEUED: frozenset({State.SENDING, State.FAILED, State.CANCELLED}),  # claimed; expired; cancelled
    State.SENDING: frozenset({State.SENT, State.QUEUED, State.FAILED, State.UNKNOWN, State.CANCELLED}),
    State.SENT: frozenset(),
    State.FAILED: frozenset({State.QUEUED, State.CANCELLED}),  # a person: send again, give up
    State.UNKNOWN: frozenset({State.QUEUED, State.CANCELLED}),
    State.CANCELLED: frozenset(),
}


def move(was: State, becomes: State, *conditions: sa.ColumnElement[bool], **values: Any) -> Update:
    """An UPDATE of the deliveries that stand at `was` and meet the conditions. ValueError where the table has no
    such move. Leaving `sending` drops the lease, so that whoever held it can write no more."""
    if becomes not in MOVES[was]:
        raise ValueError(f"a delivery does not move from {was} to {becomes}")
    if was == State.SENDING:
        values |= {"lease_owner": None, "lease_until": None, "inflight": False}
    return sa.update(Delivery).where(Delivery.state == was, *conditions).values(state=becomes, **values)
