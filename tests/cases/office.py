"""The people of the service centre at work: `office.receive("complaint")`, `office.at(Stage.DONE)`."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import time_machine

from portal.cases import operations as ops
from portal.cases.models import Case
from portal.cases.operations import Caller, Received
from portal.cases.stages import Clock, How, Satisfaction, Stage
from portal.db import db
from portal.standards import queries as standards
from portal.standards.models import Promise
from portal.timeline import Actor, TimelineEntry, history
from tests.cast import Cast

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


class Office:
    def __init__(self, cast: Cast, clock: time_machine.Traveller) -> None:
        self.cast, self.clock = cast, clock
        self.desk: Actor = cast["receptionist"].actor
        self.worker: Actor = cast["technician"].actor
        self.manager: Actor = cast["manager"].actor

    def receive(self, kind: str = "repair", **values: Any) -> Received:
        """A case that the receptionist took by telephone from 王建国 of 3 栋 1204."""
        cast = self.cast
        caller = values.pop("caller", Caller("王建国", "13800135678", "wang@example.test", cast.owner.id))
        wanted = {
            "community_id": cast.community.id,
            "channel": "telephone",
            "title": "厨房漏水",
            "unit_id": cast.unit.id,
            "actor": self.desk,
            "first_owner_id": cast["receptionist"].id,
            **values,
        }
        received = ops.receive(kind, caller=caller, **wanted)
        db.session.commit()
        return received

    def at(self, stage: Stage, kind: str = "repair", **values: Any) -> Case:
        """A case brought to that stage, a minute for each step."""
        case = self.receive(kind, **values).case
        for step in self._way(stage, case):
            self.later()
            step(case)
            db.session.commit()
        assert case.stage == stage
        return case

    def later(self, length: timedelta = MINUTE) -> None:
        db.session.commit()
        self.clock.shift(length)

    def _way(self, stage: Stage, case: Case) -> list[Callable[[Case], Any]]:
        assign, finish = self.assign, self.finish
        begun: list[Callable[[Case], Any]] = [assign]
        if case.of_kind.plan:
            begun += [self.plan, self.agree, self.start]
        done = [*begun, finish]
        ways: dict[Stage, list[Callable[[Case], Any]]] = {
            Stage.RECEIVED: [],
            Stage.CHECKING: [lambda one: ops.check(one, self.desk)],
            Stage.ASSIGNED: [assign],
            Stage.PLANNED: [assign, self.plan],
            Stage.AGREED: [assign, self.plan, self.agree],
            Stage.WORKING: begun if case.of_kind.plan else [assign, self.start],
            Stage.DONE: done,
            Stage.CONFIRMED: [*done, self.confirm],
            Stage.CLOSED: [*done, self.confirm, self.follow_up, self.close],
            Stage.WITHDRAWN: [lambda one: ops.withdraw(one, "自己修好了", How.TELEPHONE, self.desk)],
            Stage.MERGED: [self.merge],
        }
        return ways[stage]

    def assign(self, case: Case) -> None:
        """To the technician, or where he has it already to the manager."""
        technician = self.cast["technician"]
        ops.assign(case, self.cast["manager"] if case.handler_id == technician.id else technician, self.desk)

    def plan(self, case: Case) -> None:
        ops.tell_plan(case, "更换角阀", self.worker, cost="80 元")

    def agree(self, case: Case) -> None:
        ops.agree(case, How.TELEPHONE, "王建国", self.worker)

    def start(self, case: Case) -> None:
        ops.start(case, self.worker)

    def finish(self, case: Case) -> None:
        ops.finish(case, "已更换角阀，不再漏水。", self.worker)

    def confirm(self, case: Case) -> None:
        ops.confirm(case, How.TELEPHONE, "王建国", self.desk)

    def follow_up(self, case: Case) -> None:
        ops.follow_up(case, True, Satisfaction.VERY, None, self.desk)

    def close(self, case: Case) -> None:
        ops.close(case, self.desk)

    def merge(self, case: Case) -> None:
        main = self.receive(case.kind, title="另一户也漏").case
        ops.merge(case, main, self.desk)


def open_on(case: Case, clock: Clock) -> Promise:
    """The open promise on that clock; there has to be just one."""
    found = [promise for promise in standards.open_promises(case) if promise.clock == clock]
    assert len(found) == 1, [promise.clock for promise in standards.open_promises(case)]
    return found[0]


def clocks(case: Case) -> set[str]:
    return {promise.clock for promise in standards.open_promises(case)}


def verbs(case: Case) -> list[str]:
    return [entry.verb for entry in history(case)]


def last_entry(case: Case, verb: str) -> TimelineEntry:
    return [entry for entry in history(case) if entry.verb == verb][-1]
