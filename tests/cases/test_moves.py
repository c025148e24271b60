"""The table of moves, from every stage to every stage, and every verb from every stage."""

from collections.abc import Callable
from typing import Any

import pytest

from portal import timeline
from portal.cases import operations as ops
from portal.cases.kinds import KINDS
from portal.cases.models import Case
from portal.cases.operations import NotAllowedError
from portal.cases.operations.moves import move
from portal.cases.stages import MOVES, How, Satisfaction, Stage
from portal.db import db
from tests.cases.office import Office

R, C, A, P, G, W, D, F, X, B, M = Stage
AWAY = {B, M}
SAID = How.TELEPHONE

# Written out by hand, kind by kind, so that a slip in the table of moves shows.
EXPECTED: dict[str, dict[Stage, set[Stage]]] = {
    "repair": {
        R: {A, *AWAY},
        A: {P, W, *AWAY},
        P: {P, G, A, *AWAY},
        G: {W, P, *AWAY},
        W: {P, D, *AWAY},
        D: {F, A, X},
        F: {X, A},
        X: {A},
        B: {A},
        M: set(),
    },
    "complaint": {
        R: {A, D, *AWAY},
        A: {W, D, *AWAY},
        W: {D, *AWAY},
        D: {F, A, X},
        F: {X, A},
        X: {A},
        B: {A},
        M: set(),
    },
    "enquiry": {
        R: {A, C, D, *AWAY},
        C: {A, D, *AWAY},
        A: {C, D, *AWAY},
        D: {F, A, X},
        F: {X, A},
        X: {A},
        B: {A},
        M: set(),
    },
}
EXPECTED["suggestion"] = EXPECTED["complaint"]
EVERY = [(kind, was) for kind, table in EXPECTED.items() for was in table]


def test_the_expected_table_names_every_kind_and_stage() -> None:
    assert set(EXPECTED) == set(KINDS)
    assert set(MOVES) == set(Stage)
    for kind in KINDS.values():
        assert set(EXPECTED[kind.key]) == kind.stages


@pytest.mark.parametrize(("kind", "was"), EVERY)
def test_a_case_moves_only_as_the_table_says(office: Office, kind: str, was: Stage) -> None:
    """CASE-1: received, assigned, done, confirmed, followed up, closed; from every stage to every stage."""
    case = office.at(was, kind)
    before = len(timeline.history(case))
    for to in Stage:
        if to in EXPECTED[kind][was]:
            with db.session.begin_nested() as tried:
                move(case, to, "tried", office.desk, reason="试")
                entry = timeline.history(case)[-1]
                assert (entry.verb, entry.was, entry.became, entry.reason) == ("tried", was, to, "试")
                tried.rollback()
        else:
            with pytest.raises(NotAllowedError):
                move(case, to, "tried", office.desk)
        assert case.stage == was
        assert len(timeline.history(case)) == before


Act = Callable[[Case, Office], Any]
# verb, of which kind, what it does, from which stages it is allowed (as the kind's whole loop is walked)
VERBS: list[tuple[str, str, Act, set[Stage]]] = [
    ("assign", "repair", lambda case, o: o.assign(case), {R, A, P, G, W}),
    ("assign", "enquiry", lambda case, o: o.assign(case), {R, C, A}),
    ("check", "enquiry", lambda case, o: ops.check(case, o.desk), {R, A}),
    ("tell_plan", "repair", lambda case, o: o.plan(case), {A, P, G, W}),
    ("tell_plan", "complaint", lambda case, o: o.plan(case), set()),
    ("agree", "repair", lambda case, o: o.agree(case), {P}),
    ("decline", "repair", lambda case, o: ops.decline(case, "太贵", SAID, "王建国", o.worker), {P}),
    ("start", "repair", lambda case, o: o.start(case), {G}),
    ("start", "complaint", lambda case, o: o.start(case), {A}),
    ("arrive", "repair", lambda case, o: ops.arrive(case, o.worker), {R, A, P, G, W}),
    ("finish", "repair", lambda case, o: o.finish(case), {W}),
    ("finish", "complaint", lambda case, o: o.finish(case), {R, A, W}),
    ("finish", "enquiry", lambda case, o: o.finish(case), {R, C, A}),
    ("send_back", "repair", lambda case, o: ops.send_back(case, "还漏", SAID, "王建国", o.desk), {D, F, X}),
    ("follow_up", "repair", lambda case, o: o.follow_up(case), {D, F}),
    ("reopen", "repair", lambda case, o: ops.reopen(case, "又漏了", o.desk), {D, F, X, B}),
    ("withdraw", "repair", lambda case, o: ops.withdraw(case, "不用了", SAID, o.desk), {R, A, P, G, W}),
    ("merge", "repair", lambda case, o: o.merge(case), {R, A, P, G, W}),
    ("close", "repair", lambda case, o: ops.close(case, o.desk, "写明"), set()),  # never without a follow-up
    ("word", "repair", lambda case, o: ops.word(case, "在路上", SAID, o.desk), {R, A, P, G, W, D, F}),
    ("answer", "complaint", lambda case, o: ops.answer(case, "已制止", SAID, o.desk), {R, A, W, D, F}),
    ("set_urgency", "repair", lambda case, o: ops.set_urgency(case, True, "水漫", o.desk), {R, A, P, G, W}),
]


@pytest.mark.parametrize(("verb", "kind", "act", "allowed"), VERBS, ids=[f"{row[0]}-{row[1]}" for row in VERBS])
def test_a_verb_works_from_its_stages_only(office: Office, verb: str, kind: str, act: Act, allowed: set[Stage]) -> None:
    """CASE-1: a forbidden verb is refused and leaves the case, its history and its promises as they were."""
    for stage in sorted(KINDS[kind].stages):
        case = office.at(stage, kind)
        office.later()
        before = (case.stage, len(timeline.history(case)))
        if stage in allowed:
            act(case, office)
            assert len(timeline.history(case)) > before[1], f"{verb} from {stage} leaves no trace"
        else:
            with pytest.raises(NotAllowedError):
                act(case, office)
            db.session.rollback()
            assert (case.stage, len(timeline.history(case))) == before, f"{verb} from {stage}"
        db.session.commit()


def test_confirming_is_asked_once_and_only_after_it_is_done(office: Office) -> None:
    """CASE-1: confirmed by the customer only after staff said done; a second time it changes nothing."""
    for stage in sorted(KINDS["repair"].stages - {Stage.MERGED}):
        case = office.at(stage)
        if stage in (D, F, X):
            ops.confirm(case, SAID, "王建国", office.desk)
            ops.confirm(case, SAID, "王建国", office.desk)
            assert len(case.confirmations) == 1
        else:
            with pytest.raises(NotAllowedError):
                ops.confirm(case, SAID, "王建国", office.desk)
            db.session.rollback()


def test_the_loop_of_every_kind(office: Office) -> None:
    """CASE-1: each kind goes its way from received to closed."""
    for kind in KINDS:
        case = office.at(Stage.CLOSED, kind)
        assert case.closure
        assert case.confirmation
        assert case.follow_ups[-1].satisfaction == Satisfaction.VERY
