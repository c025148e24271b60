"""Links for people without accounts: making, opening, ending them."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from flask import abort

from portal import clock
from portal.db import db
from portal.people.models import Link
from portal.secret import new_token, token_hash


def make(purpose: str, subject: Any, lasts: timedelta) -> str:
    """A new link's token (192 random bits) for one purpose and one stored row; only its hash is kept."""
    token, now = new_token(), clock.now()
    db.session.add(
        Link(
            community_id=subject.community_id,
            purpose=purpose,
            subject_type=subject.__tablename__,
            subject_id=subject.id,
            token_hash=token_hash(token),
            made_at=now,
            ends_at=now + lasts,
        )
    )
    return token


def find(purpose: str, token: str) -> Link | None:
    """The live link, None where there is none: for a code typed by hand, which is answered beside its field."""
    return db.session.scalar(
        sa.select(Link).where(
            Link.token_hash == token_hash(token),
            Link.purpose == purpose,
            Link.ended_at.is_(None),
            Link.ends_at > clock.now(),
        )
    )


def open_link(purpose: str, token: str) -> Link:
    """The live link; 404 where there is none for this purpose, 410 where it has ended."""
    link = db.session.scalar(sa.select(Link).where(Link.token_hash == token_hash(token), Link.purpose == purpose))
    if link is None:
        abort(404)
    if link.ended_at or link.ends_at <= clock.now():
        abort(410)
    return link


def end_all(purpose: str, subject: Any) -> None:
    """End every live link of that purpose to the row."""
    db.session.execute(
        sa.update(Link)
        .where(
            Link.purpose == purpose,
            Link.subject_type == subject.__tablename__,
            Link.subject_id == subject.id,
            Link.ended_at.is_(None),
        )
        .values(ended_at=clock.now())
    )


def forget(subject_type: str, subject_ids: Sequence[int]) -> int:
    """Delete every link to these rows, which are being deleted themselves; returns how many."""
    gone: Any = db.session.execute(
        sa.delete(Link).where(Link.subject_type == subject_type, Link.subject_id.in_(subject_ids))
    )
    count: int = gone.rowcount
    return count
