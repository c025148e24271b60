"""Two who press at the same moment: one of them does it, the other sees that it is done."""

import contextvars
import itertools
import threading
from collections.abc import Callable

import sqlalchemy as sa
from flask import Flask

from portal.cases import operations as ops
from portal.cases.models import Case, Closure, Confirmation, Plan
from portal.cases.operations import NotAllowedError
from portal.cases.stages import How, Stage
from portal.db import db
from portal.timeline import Actor
from tests.cases.office import Office, verbs

CUSTOMER = Actor("王建国")
HANDS = 8


def together(app: Flask, case: Case, act: Callable[[Case], object]) -> list[str]:
    """Let eight do the same to one case at once, each with a connection of its own; how it went for each."""
    case_id, start, went = case.id, threading.Barrier(HANDS), []
    db.session.commit()

    def run() -> None:
        with app.app_context():
            start.wait()
            try:
                act(db.session.get_one(Case, case_id))
                db.session.commit()
                went.append("done")
            except NotAllowedError:
                db.session.rollback()
                went.append("refused")
            finally:
                db.session.remove()

    threads = [threading.Thread(target=contextvars.Context().run, args=(run,)) for _ in range(HANDS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    db.session.expire_all()
    return sorted(went)


def test_eight_confirmations_are_one(app: Flask, office: Office) -> None:
    """CASE-1: a link pressed many times at once confirms once."""
    case = office.at(Stage.DONE)
    assert together(app, case, lambda one: ops.confirm(one, How.LINK, "王建国", CUSTOMER)) == ["done"] * HANDS
    assert db.session.scalar(sa.select(sa.func.count(Confirmation.id))) == 1
    assert verbs(case).count("confirmed") == 1


def test_eight_closures_are_one(app: Flask, office: Office) -> None:
    """CASE-1."""
    case = office.at(Stage.CONFIRMED)
    office.follow_up(case)
    went = together(app, case, lambda one: ops.close(one, CUSTOMER))
    assert went == ["done"] + ["refused"] * (HANDS - 1)
    assert db.session.scalar(sa.select(sa.func.count(Closure.id))) == 1


def test_eight_agreements_are_one(app: Flask, office: Office) -> None:
    """REP-3."""
    case = office.at(Stage.PLANNED)
    went = together(app, case, lambda one: ops.agree(one, How.LINK, "王建国", CUSTOMER))
    assert went == ["done"] + ["refused"] * (HANDS - 1)
    assert verbs(case).count("agreed") == 1
    assert db.session.scalars(sa.select(Plan.agreed)).one() is True


def test_two_cases_merged_into_each_other_leave_one_main(app: Flask, office: Office) -> None:
    first, second = office.receive().case, office.receive().case
    pairs = itertools.cycle([(first.id, second.id), (second.id, first.id)])

    def merge(_case: Case) -> None:
        mine, other = next(pairs)
        ops.merge(db.session.get_one(Case, mine), db.session.get_one(Case, other), CUSTOMER)

    went = together(app, first, merge)
    assert went.count("done") == 1
    assert sorted(db.session.scalars(sa.select(Case.stage))) == [Stage.MERGED, Stage.RECEIVED]
