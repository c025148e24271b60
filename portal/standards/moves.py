"""Which change of a promise is allowed from where. The one table; operations.py moves by it."""

from portal.standards.models import PromiseState

OPEN, PAUSED, BROKEN = PromiseState.OPEN, PromiseState.PAUSED, PromiseState.BROKEN
KEPT, KEPT_LATE, ENDED = PromiseState.KEPT, PromiseState.KEPT_LATE, PromiseState.ENDED

MOVES: dict[str, dict[PromiseState, PromiseState]] = {
    "break": {OPEN: BROKEN},
    "keep": {OPEN: KEPT, BROKEN: KEPT_LATE},
    "pause": {OPEN: PAUSED},
    "resume": {PAUSED: OPEN},
    "hand_over": {OPEN: OPEN, PAUSED: PAUSED, BROKEN: BROKEN},
    "renew": {OPEN: ENDED, BROKEN: ENDED},
    "end": {OPEN: ENDED, BROKEN: ENDED},
}


class MoveError(ValueError):
    """The move is not in the table: the promise stands somewhere else."""


def check(verb: str, state: PromiseState) -> PromiseState:
    """Where the verb leads from that state. Raises MoveError."""
    try:
        return MOVES[verb][state]
    except KeyError:
        raise MoveError(f"a promise that is {state} can't {verb}") from None
