"""What happens to a notice: drafted, published, corrected by another, ended."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from portal import clock
from portal.db import db
from portal.notices.models import MOVES, Disclosure, Matter, Notice, State
from portal.people.models import Community
from portal.timeline import Actor, record

FIELDS = ("category", "title", "title_en", "body", "body_en", "pinned", "starts_at", "ends_at")
WAS_LENGTH = 400


class NotAllowedError(Exception):
    """The notice is not in a state from which that can be done."""


class TooLateError(NotAllowedError):
    """Its end has passed already: nobody would ever see it."""


def draft(community: Community, values: Mapping[str, Any], actor: Actor) -> Notice:
    """A new notice that nobody sees yet; `values` has the keys of FIELDS."""
    notice = Notice(community_id=community.id, made_at=clock.now(), made_by_id=actor.user_id, state=State.DRAFT)
    _write(notice, values)
    db.session.add(notice)
    record(notice, "drafted", actor, became=notice.title)
    return notice


def correct(old: Notice, values: Mapping[str, Any], correction: str, actor: Actor) -> Notice:
    """A draft that will take the place of a published notice, saying what was wrong with it."""
    if old.state != State.PUBLISHED:
        raise NotAllowedError
    notice = Notice(
        community_id=old.community_id,
        made_at=clock.now(),
        made_by_id=actor.user_id,
        state=State.DRAFT,
        supersedes=old,
        correction=correction,
    )
    _write(notice, values)
    db.session.add(notice)
    record(notice, "drafted", actor, became=notice.title, reason=correction)
    return notice


def edit(notice: Notice, values: Mapping[str, Any], actor: Actor) -> None:
    """Change a draft. What has been published is only ever corrected by another notice."""
    if notice.state != State.DRAFT:
        raise NotAllowedError
    was = f"{notice.title}\n{notice.body}"
    _write(notice, values)
    record(notice, "edited", actor, was=was[:WAS_LENGTH], became=f"{notice.title}\n{notice.body}"[:WAS_LENGTH])


def publish(notice: Notice, actor: Actor) -> None:
    """Put it on the board; a notice that it corrects leaves the board at the same moment."""
    now = clock.now()
    if notice.ends_at and notice.ends_at <= now:
        raise TooLateError
    _move(notice, State.PUBLISHED, actor)
    notice.published_at = now
    notice.starts_at = max(notice.starts_at or now, now)
    if notice.supersedes is not None and notice.supersedes.state == State.PUBLISHED:
        notice.starts_at = now
        _move(notice.supersedes, State.SUPERSEDED, actor, notice.correction)


def end(notice: Notice, actor: Actor, reason: str) -> None:
    """Take it off the board before its time."""
    _move(notice, State.EXPIRED, actor, reason)
    notice.ends_at = clock.now()


def pin(notice: Notice, pinned: bool, actor: Actor) -> None:
    if notice.pinned != pinned:
        notice.pinned = pinned
        record(notice, "pinned" if pinned else "unpinned", actor)


def disclose(community: Community, matter: Matter, text: str, text_en: str, actor: Actor) -> Disclosure:
    """Publish the wording of a matter that must always be visible (COM-11)."""
    row = db.session.scalar(
        sa.select(Disclosure).where(Disclosure.community_id == community.id, Disclosure.matter == matter)
    )
    was = row.text if row else None
    if row is None:
        row = Disclosure(community_id=community.id, matter=matter)
        db.session.add(row)
    row.text, row.text_en, row.updated_at = text, text_en, clock.now()
    record(row, "disclosed", actor, was=was and was[:WAS_LENGTH], became=text[:WAS_LENGTH], data={"was": was})
    return row


def _write(notice: Notice, values: Mapping[str, Any]) -> None:
    for name in FIELDS:
        setattr(notice, name, values[name])


def _move(notice: Notice, to: State, actor: Actor, reason: str | None = None) -> None:
    """The only place where the state changes. The row is taken conditionally, so that two people move it once."""
    was = State(notice.state)
    if to not in MOVES[was]:
        raise NotAllowedError
    db.session.flush()
    moved = db.session.execute(sa.update(Notice).where(Notice.id == notice.id, Notice.state == was).values(state=to))
    if moved.rowcount != 1:  # type: ignore[attr-defined]
        raise NotAllowedError
    record(notice, str(to), actor, was=was, became=to, reason=reason)


def ends_before_start(starts_at: datetime | None, ends_at: datetime | None) -> bool:
    return ends_at is not None and ends_at <= (starts_at or clock.now())
