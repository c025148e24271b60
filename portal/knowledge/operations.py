"""Keeping the answers right: each change, each check is in the answer's history."""

from collections.abc import Mapping

from portal import clock
from portal.db import db
from portal.knowledge.models import Answer
from portal.people.models import Community
from portal.timeline import Actor, record

FIELDS = ("category", "question", "question_en", "text", "text_en", "keywords")
WAS_LENGTH = 400


def add(community: Community, values: Mapping[str, str], actor: Actor) -> Answer:
    """A new answer; `values` has the keys of FIELDS. Whoever writes it has made sure of it today."""
    answer = Answer(community_id=community.id, **{name: values[name] for name in FIELDS}, **_checked(actor))
    answer.updated_at = clock.now()
    db.session.add(answer)
    record(answer, "added", actor, became=answer.question)
    return answer


def change(answer: Answer, values: Mapping[str, str], actor: Actor) -> None:
    """Write the new wording; the old one stays in the history."""
    for name in FIELDS:
        was, became = getattr(answer, name), values[name]
        if was != became:
            setattr(answer, name, became)
            record(
                answer, f"changed_{name}", actor, was=was[:WAS_LENGTH], became=became[:WAS_LENGTH], data={"was": was}
            )
    answer.updated_at = clock.now()
    _mark_checked(answer, actor)


def check(answer: Answer, actor: Actor) -> None:
    """Somebody made sure today that it still holds."""
    was = answer.checked_on
    _mark_checked(answer, actor)
    record(answer, "checked", actor, was=was.isoformat(), became=answer.checked_on.isoformat())


def retire(answer: Answer, actor: Actor, reason: str) -> None:
    """Nobody is shown it any more; it can come back."""
    if answer.retired_at is None:
        answer.retired_at = clock.now()
        record(answer, "retired", actor, reason=reason)


def restore(answer: Answer, actor: Actor) -> None:
    if answer.retired_at is not None:
        answer.retired_at = None
        record(answer, "restored", actor)


def _mark_checked(answer: Answer, actor: Actor) -> None:
    for name, value in _checked(actor).items():
        setattr(answer, name, value)


def _checked(actor: Actor) -> dict[str, object]:
    return {"checked_on": clock.local(clock.now()).date(), "checked_by_id": actor.user_id}
