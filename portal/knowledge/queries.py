"""Finding an answer without reading through."""

import sqlalchemy as sa
from sqlalchemy.sql.elements import ColumnElement

from portal.db import db
from portal.knowledge.models import Answer
from portal.knowledge.words import terms

QUESTION, KEYWORDS, TEXT = 5, 5, 1  # how much a piece counts, by where it stands
SHARE_OF_BEST = 3  # an answer that scores less than a third of the best one only distracts
MOST = 8


def answers(community_id: int, category: str | None = None, *, retired: bool = False) -> list[Answer]:
    """All answers of the estate in use (or with the retired ones), by category."""
    query = sa.select(Answer).where(Answer.community_id == community_id)
    if category:
        query = query.where(Answer.category == category)
    if not retired:
        query = query.where(Answer.retired_at.is_(None))
    order = (Answer.retired_at.is_not(None), Answer.category, Answer.id)
    return list(db.session.scalars(query.order_by(*order)))


def search(community_id: int, text: str, most: int = MOST) -> list[Answer]:
    """The answers in use that fit best, best first; none for a text that says nothing."""
    pieces = terms(text)
    if not pieces:
        return []
    score = sum((_counts(piece) for piece in pieces), sa.literal(0)).label("score")
    query = (
        sa.select(Answer, score)
        .where(Answer.community_id == community_id, Answer.retired_at.is_(None), score > 0)
        .order_by(score.desc(), Answer.id)
        .limit(most)
    )
    rows = db.session.execute(query).all()
    return [answer for answer, points in rows if points * SHARE_OF_BEST >= rows[0].score]


def counts(community_id: int) -> dict[str, int]:
    """How many answers in use each category has."""
    query = (
        sa.select(Answer.category, sa.func.count().label("many"))
        .where(Answer.community_id == community_id, Answer.retired_at.is_(None))
        .group_by(Answer.category)
    )
    return {row.category: row.many for row in db.session.execute(query)}


def in_use(community_id: int, answer_id: int) -> Answer | None:
    """One answer as the kiosk may show it."""
    return db.session.scalar(
        sa.select(Answer).where(
            Answer.id == answer_id, Answer.community_id == community_id, Answer.retired_at.is_(None)
        )
    )


def _counts(piece: str) -> ColumnElement[int]:
    places = (
        (
            Answer.question.icontains(piece, autoescape=True) | Answer.question_en.icontains(piece, autoescape=True),
            QUESTION,
        ),
        (Answer.keywords.icontains(piece, autoescape=True), KEYWORDS),
        (Answer.text.icontains(piece, autoescape=True) | Answer.text_en.icontains(piece, autoescape=True), TEXT),
    )
    total: ColumnElement[int] = sa.literal(0)
    for found, points in places:
        total = total + sa.case((found, points), else_=0)
    return total
