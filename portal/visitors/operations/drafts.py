"""The kiosk's unfinished registrations: begun, answered, spent, forgotten."""

import json
from datetime import datetime, timedelta
from typing import Any, cast

import sqlalchemy as sa

from portal import clock
from portal.db import db
from portal.secret import new_token, token_hash
from portal.visitors.models import Visit, VisitDraft

LASTS = timedelta(minutes=10)


def begin(kiosk: Any, kind: str, **answers: Any) -> tuple[VisitDraft, str]:
    """A new draft and its token. One person stands at a kiosk at a time: what others left there goes."""
    forget_at(kiosk.id)
    token = new_token()
    draft = VisitDraft(
        community_id=kiosk.community_id,
        kiosk_id=kiosk.id,
        token_hash=token_hash(token),
        kind=kind,
        answers=json.dumps(answers),
        touched_at=clock.now(),
    )
    db.session.add(draft)
    return draft, token


def find(kiosk: Any, token: str) -> VisitDraft | None:
    """This kiosk's draft, unless it is too old. In a request that writes it is held till the end."""
    query = sa.select(VisitDraft).where(
        VisitDraft.token_hash == token_hash(token),
        VisitDraft.kiosk_id == kiosk.id,
        VisitDraft.touched_at > clock.now() - LASTS,
    )
    return db.session.scalar(query)


def hold(draft: VisitDraft) -> None:
    """Of two presses at the same moment the second waits, and then finds the draft spent."""
    db.session.refresh(draft, with_for_update={"of": VisitDraft})


def answers(draft: VisitDraft) -> dict[str, Any]:
    return cast("dict[str, Any]", json.loads(draft.answers))


def answer(draft: VisitDraft, **new: Any) -> None:
    draft.answers = json.dumps(answers(draft) | new)
    draft.touched_at = clock.now()


def spend(draft: VisitDraft, visit: Visit, token: str | None) -> None:
    """From now on the draft only leads to its visit's pass; the answers are gone."""
    draft.visit_id, draft.answers, draft.touched_at = visit.id, json.dumps({"pass": token}), clock.now()


def forget_at(kiosk_id: int) -> None:
    """Nothing of the last person stays at this kiosk."""
    db.session.execute(sa.delete(VisitDraft).where(VisitDraft.kiosk_id == kiosk_id))


def forget_old(now: datetime) -> int:
    """Delete what was left behind; returns how many."""
    gone = db.session.execute(sa.delete(VisitDraft).where(VisitDraft.touched_at <= now - LASTS))
    return cast("sa.CursorResult[Any]", gone).rowcount
