"""What a kind of case is: a declaration. Each kind is one file in kinds/; a new one needs nothing else."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from portal.access import Role
from portal.cases.stages import MOVES, Clock, Stage

if TYPE_CHECKING:
    from portal.cases.models import Case


def always(_case: "Case") -> bool:
    return True


@dataclass(frozen=True)
class Phrase:
    """What people say most: a button at the kiosk, a category in the ledger. `urgent`: the urgent path is offered."""

    key: str
    zh: str
    en: str
    icon: str = "other"
    urgent: bool = False

    def said(self, language: str) -> str:
        return self.en if language == "en" else self.zh


@dataclass(frozen=True)
class ClockRule:
    """At receipt, `clock` starts with a promise after `standard` where `when` holds. `of` starts it from another
    moment than now: the name of an attribute of the case."""

    clock: Clock
    standard: str
    when: Callable[["Case"], bool] = always
    of: str | None = None


@dataclass(frozen=True)
class Kind:
    """One kind of case.

    `letter` begins its numbers. `stages` are those it goes through. `clocks`: for each clock the first rule that
    holds. `next_word` is the standard of the words after the first, `follow_up` that of the call after settling.
    `handlers` are the roles that may be given the case. `plan`: work starts only when the owner has agreed (REP-3);
    `answer`: it can't be closed without one (CASE-4); `may_be_urgent` offers the urgent path; `fields` are what its
    form asks besides caller, unit, title and detail: place, photos, paid, post.
    """

    key: str
    letter: str
    name: str
    name_en: str
    icon: str
    phrases: tuple[Phrase, ...]
    stages: frozenset[Stage]
    clocks: tuple[ClockRule, ...]
    next_word: str
    follow_up: str
    handlers: tuple[Role, ...]
    plan: bool = False
    answer: bool = False
    may_be_urgent: bool = False
    fields: tuple[str, ...] = ("place", "photos")
    position: int = 0

    def called(self, language: str) -> str:
        return self.name_en if language == "en" else self.name

    def phrase(self, key: str | None) -> Phrase | None:
        return next((phrase for phrase in self.phrases if phrase.key == key), None)

    def moves_from(self, stage: Stage) -> frozenset[Stage]:
        """The stages that may follow. Where work needs a plan, nothing is done without having been worked on."""
        if stage not in self.stages:
            return frozenset()
        skipped = {Stage.DONE} if self.plan and stage != Stage.WORKING else set()
        return (MOVES[stage] & self.stages) - skipped

    def rule(self, clock: Clock, case: "Case") -> ClockRule | None:
        """The first rule for that clock that holds for the case."""
        return next((rule for rule in self.clocks if rule.clock == clock and rule.when(case)), None)
