"""What is asked at the kiosk for each kind of case, one question a page.

A question is a Step: a form, and whether it is asked after the answers so far. A new kind gets a row in FLOWS; a new
question a form in forms.py, a template kiosk/question_<key>.html, and its place in a flow.
"""

from collections.abc import Callable
from dataclasses import dataclass

from portal.cases.kinds import KINDS
from portal.kiosk import forms

Answers = dict[str, str]
IN_A_BUILDING = frozenset({"lobby", "lift", "corridor"})


def always(_answers: Answers) -> bool:
    return True


@dataclass(frozen=True)
class Step:
    key: str
    form: type[forms.Question]
    asked: Callable[[Answers], bool] = always


@dataclass(frozen=True)
class Flow:
    kind: str
    steps: tuple[Step, ...]

    def asked(self, answers: Answers) -> list[Step]:
        """The questions of this conversation as far as the answers say, in order."""
        return [step for step in self.steps if step.asked(answers)]

    def step(self, key: str, answers: Answers) -> Step | None:
        return next((step for step in self.asked(answers) if step.key == key), None)

    def open(self, answers: Answers) -> Step | None:
        """The first question without an answer; None when all is said."""
        return next((step for step in self.asked(answers) if step.key not in answers), None)

    def before(self, key: str, answers: Answers) -> Step | None:
        """The question before that one, for 上一步. With the key "check" the last one."""
        steps = self.asked(answers)
        at = next((at for at, step in enumerate(steps) if step.key == key), len(steps))
        return steps[at - 1] if at else None


def at_home(answers: Answers) -> bool:
    return answers.get("where") == "home"


def in_public(answers: Answers) -> bool:
    return answers.get("where") == "public"


def in_a_building(answers: Answers) -> bool:
    return in_public(answers) and answers.get("place") in IN_A_BUILDING


def not_clearly_urgent(answers: Answers) -> bool:
    """Water gone wild, no power: nobody needs to be asked whether that is urgent."""
    phrase = KINDS["repair"].phrase(answers.get("what"))
    return phrase is None or not phrase.urgent


def to_be_told(answers: Answers) -> bool:
    return answers.get("contact") == "yes"


PLACE = (
    Step("room", forms.RoomForm, at_home),
    Step("place", forms.PlaceForm, in_public),
    Step("building", forms.BuildingForm, in_a_building),
)
SAID = (Step("what", forms.WhatForm), Step("words", forms.WordsForm))
PERSON = (Step("phone", forms.PhoneForm, to_be_told), Step("name", forms.NameForm, to_be_told))

FLOWS = {
    "repair": Flow(
        "repair",
        (
            Step("where", forms.WhereForm),
            *PLACE,
            *SAID,
            Step("urgent", forms.UrgentForm, not_clearly_urgent),
            Step("phone", forms.PhoneForm),
            Step("name", forms.NameForm),
        ),
    ),
    "complaint": Flow(
        "complaint", (*SAID, Step("where", forms.WhereForm), *PLACE, Step("contact", forms.ContactForm), *PERSON)
    ),
    "suggestion": Flow("suggestion", (*SAID, Step("contact", forms.ContactForm), *PERSON)),
    "enquiry": Flow(
        "enquiry",
        (Step("words", forms.WordsForm), Step("phone", forms.PhoneForm), Step("name", forms.NameForm)),
    ),
}
