"""The one function that moves a case between stages, and what every verb begins with."""

from typing import Any

import sqlalchemy as sa
from flask_babel import gettext

from portal import timeline
from portal.cases.models import Case
from portal.cases.stages import Stage
from portal.db import db
from portal.timeline import Actor, TimelineEntry


class NotAllowedError(Exception):
    """The case does not allow it now; the text tells staff or customer why, and what to do first."""


def hold(case: Case) -> None:
    """Read the case again and keep others from changing it until this transaction ends: of two who press at the
    same moment, the second sees what the first did."""
    db.session.flush()
    db.session.execute(sa.select(Case.id).where(Case.id == case.id).with_for_update())
    db.session.expire(case)


def may(case: Case, to: Stage) -> bool:
    return to in case.moves()


def move(
    case: Case, to: Stage, verb: str, actor: Actor, *, reason: str | None = None, data: dict[str, Any] | None = None
) -> TimelineEntry:
    """Move a held case to the next stage and write it down. NotAllowedError where the table has no such move."""
    if not may(case, to):
        raise NotAllowedError(gettext("这一单现在不能这样办理，请刷新页面看看它到了哪一步。"))
    was, case.stage = case.stage, to
    return timeline.record(case, verb, actor, was=was, became=to, reason=reason, data=data)


def ask(condition: object, words: str) -> None:
    """NotAllowedError with these words unless the condition holds."""
    if not condition:
        raise NotAllowedError(words)
