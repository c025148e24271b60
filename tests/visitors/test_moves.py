"""The table of moves is the only way from one state to another."""

from collections.abc import Callable

import pytest

from portal.db import db
from portal.timeline import SYSTEM, history
from portal.visitors.models import Visit
from portal.visitors.moves import MOVES, NotAllowedError, State, move

FORBIDDEN = [(was, becomes) for was in State for becomes in State if becomes not in MOVES[was]]
ALLOWED = [(was, becomes) for was in State for becomes in sorted(MOVES[was])]


@pytest.mark.parametrize(("was", "becomes"), FORBIDDEN)
def test_forbidden_move_changes_nothing(guest: Callable[..., Visit], was: State, becomes: State) -> None:
    visit = guest()
    visit.state = was
    db.session.commit()
    before = len(history(visit))
    with pytest.raises(NotAllowedError):
        move(visit, becomes, "tried", SYSTEM)
    assert visit.state == was
    assert len(history(visit)) == before


@pytest.mark.parametrize(("was", "becomes"), ALLOWED)
def test_allowed_move_is_written_down_with_a_reason_free_of_numbers(
    guest: Callable[..., Visit], was: State, becomes: State
) -> None:
    """CASE-15 for visits: who, from, to, why; no number of a person in it."""
    visit = guest()
    visit.state = was
    move(visit, becomes, "tried", SYSTEM, reason="他的号码是 13800135678")
    entry = history(visit)[-1]
    assert (entry.was, entry.became, entry.reason) == (was, becomes, "他的号码是 ***")
