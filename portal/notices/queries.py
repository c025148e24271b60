"""The board as residents see it, and the list as staff see it."""

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import joinedload
from sqlalchemy.sql.elements import ColumnElement

from portal import clock
from portal.db import db
from portal.notices.models import Disclosure, Matter, Notice, State

NEW_FOR = timedelta(hours=24)
MOST = 200


def _on_board(community_id: int, now: datetime) -> ColumnElement[bool]:
    return sa.and_(
        Notice.community_id == community_id,
        Notice.state == State.PUBLISHED,
        Notice.starts_at <= now,
        sa.or_(Notice.ends_at.is_(None), Notice.ends_at > now),
    )


def board(community_id: int) -> list[Notice]:
    """What hangs on the board now: pinned first, then the newest."""
    query = (
        sa.select(Notice)
        .where(_on_board(community_id, clock.now()))
        .options(joinedload(Notice.supersedes))
        .order_by(Notice.pinned.desc(), Notice.starts_at.desc(), Notice.id.desc())
        .limit(MOST)
    )
    return list(db.session.scalars(query))


def count_new(community_id: int) -> int:
    """How many notices came onto the board in the last day."""
    now = clock.now()
    query = sa.select(sa.func.count()).where(_on_board(community_id, now), Notice.starts_at > now - NEW_FOR)
    return db.session.scalar(query) or 0


def published(community_id: int, notice_id: int) -> Notice | None:
    """A notice that residents may open by its address: also one that has been corrected or has ended, so that who
    kept the address sees what became of it. Never a draft, never before its start."""
    return db.session.scalar(
        sa.select(Notice).where(
            Notice.id == notice_id,
            Notice.community_id == community_id,
            Notice.state != State.DRAFT,
            Notice.starts_at <= clock.now(),
        )
    )


def successor(notice: Notice) -> Notice | None:
    """The published notice that corrects this one."""
    return db.session.scalar(
        sa.select(Notice).where(Notice.supersedes_id == notice.id, Notice.state != State.DRAFT).order_by(Notice.id)
    )


def for_staff(community_id: int, state: str | None = None) -> list[Notice]:
    """All notices, drafts first, then the newest."""
    query = sa.select(Notice).where(Notice.community_id == community_id)
    if state:
        query = query.where(Notice.state == state)
    order = (Notice.state != State.DRAFT, Notice.starts_at.desc(), Notice.id.desc())
    return list(db.session.scalars(query.options(joinedload(Notice.supersedes)).order_by(*order).limit(MOST)))


def disclosures(community_id: int) -> dict[str, Disclosure]:
    """What is published of the matters of COM-11, by matter; one that lacks has no entry."""
    rows = db.session.scalars(sa.select(Disclosure).where(Disclosure.community_id == community_id))
    return {row.matter: row for row in rows}


def missing(community_id: int) -> list[Matter]:
    """The matters that must be published and are not."""
    there = disclosures(community_id)
    return [matter for matter in Matter if matter not in there]
