"""Reading roster runs for their pages."""

import sqlalchemy as sa

from portal.db import db
from portal.people.models import ImportLine, ImportRun, LineKind

LINES_A_PAGE = 100


def runs(community_id: int) -> list[ImportRun]:
    """The community's latest runs, newest first."""
    query = sa.select(ImportRun).where(ImportRun.community_id == community_id)
    return list(db.session.scalars(query.order_by(ImportRun.id.desc()).limit(20)))


def lines(run: ImportRun, kind: LineKind, page: int = 1, limit: int | None = LINES_A_PAGE) -> list[ImportLine]:
    """One page of what there is to tell, in the order of the file; all of it where `limit` is None."""
    query = sa.select(ImportLine).where(ImportLine.run_id == run.id, ImportLine.kind == kind)
    query = query.order_by(ImportLine.position)
    if limit is not None:
        query = query.limit(limit).offset((page - 1) * limit)
    return list(db.session.scalars(query))


def line_counts(run: ImportRun) -> dict[str, int]:
    """How many lines of each kind the run has."""
    query = sa.select(ImportLine.kind, sa.func.count()).where(ImportLine.run_id == run.id).group_by(ImportLine.kind)
    return dict(db.session.execute(query).tuples().all())
