"""Between two questions: a draft in the database, found by a key that only this person's session holds.

The session ends at the idle reset or with 返回首页, and the key with it: the back button then opens nothing. A draft
becomes a case once: who taps twice, or comes back and sends again, gets the receipt of the first time.
"""

import json
from collections.abc import Mapping
from datetime import timedelta

import sqlalchemy as sa

from portal import clock
from portal.cases import operations as cases
from portal.cases.operations import Received
from portal.cases.stages import Channel
from portal.db import db
from portal.kiosk.flows import FLOWS, Answers
from portal.kiosk.models import Draft
from portal.kiosk.requests import request_of
from portal.people.models import KioskDevice
from portal.secret import new_token, token_hash
from portal.timeline import Actor

LASTS = timedelta(minutes=15)


def begin(device: KioskDevice, kind: str) -> tuple[Draft, str]:
    """A new draft at this kiosk and its key. What the person before left there is gone."""
    db.session.execute(sa.delete(Draft).where(Draft.device_id == device.id))
    key = new_token()
    draft = Draft(
        community_id=device.community_id,
        device_id=device.id,
        key_hash=token_hash(key),
        kind=kind,
        answers="{}",
        made_at=clock.now(),
    )
    db.session.add(draft)
    return draft, key


def find(device: KioskDevice, kind: str, key: str | None) -> Draft | None:
    """The draft of that kind behind the key, if it is this kiosk's and not too old."""
    if not key:
        return None
    return db.session.scalar(
        sa.select(Draft).where(
            Draft.key_hash == token_hash(key),
            Draft.device_id == device.id,
            Draft.kind == kind,
            Draft.made_at > clock.now() - LASTS,
        )
    )


def read(draft: Draft) -> Answers:
    answers: Answers = json.loads(draft.answers)
    return answers


def add(draft: Draft, answers: Mapping[str, str]) -> Answers:
    """Take in the answers to one question; returns all."""
    both = {**read(draft), **answers}
    draft.answers = json.dumps(both, ensure_ascii=False)
    return both


def send(draft: Draft, language: str, actor: Actor) -> Received | None:
    """Make it a case. None where that has been done before. ValueError while a question is unanswered."""
    db.session.refresh(draft, with_for_update=True)
    if draft.case_id is not None:
        return None
    answers = read(draft)
    if FLOWS[draft.kind].open(answers) is not None:
        raise ValueError("not every question is answered")
    wanted = request_of(draft.kind, draft.community_id, answers, language)
    received = cases.receive(draft.kind, community_id=draft.community_id, channel=Channel.KIOSK, actor=actor, **wanted)
    if draft.kind == "enquiry":
        cases.check(received.case, actor)  # nobody guesses an answer: it is looked up and promised (CASE-11)
    draft.case_id = received.case.id
    draft.answers = json.dumps({"code": received.code, "token": received.token, "urgent": answers.get("urgent", "no")})
    return received


def forget() -> int:
    """Delete what has grown too old to go on with. Returns how many."""
    done = db.session.execute(sa.delete(Draft).where(Draft.made_at <= clock.now() - LASTS))
    count: int = done.rowcount  # type: ignore[attr-defined]
    return count
