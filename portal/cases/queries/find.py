"""Finding cases: by what a caller says, by the code on a receipt, by unit and person."""

import re
from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from portal.cases.models import Case, Photo
from portal.cases.operations.receive import CODE_DIGITS, code_hash
from portal.cases.stages import ENDED
from portal.db import db
from portal.people import queries as people
from portal.people.numbers import clean_phone, is_tail, plain_dashes, to_half_width
from portal.secret import blind_index

RECENT = 20
NUMBER = re.compile(r"([A-Za-z])\s*-?\s*(\d{1,8})")


def exact_number(text: str) -> str | None:
    """B-0031 from b31, Ｂ－００３１, "B 31"; None where the text is no number of a case."""
    found = NUMBER.fullmatch(plain_dashes(to_half_width(text)))
    return f"{found[1].upper()}-{int(found[2]):04}" if found else None


def matching(community_id: int, text: str) -> sa.ColumnElement[bool]:
    """SQL for: the case whose number, unit, caller's name, title, phone or phone's last four digits this is."""
    text = to_half_width(text)
    ways: list[sa.ColumnElement[bool]] = [
        Case.caller_name.contains(text, autoescape=True),
        Case.title.contains(text, autoescape=True),
    ]
    number, phone = exact_number(text), clean_phone(text)
    units = [unit.id for unit in people.find_unit(community_id, text)] if text else []
    if number:
        ways.append(Case.number == number)
    if phone:
        ways.append(Case.phone_hash == blind_index("phone", phone))
    if is_tail(text):
        ways.append(Case.tail_hash == blind_index("phone-tail", text))
    if units:
        ways.append(Case.unit_id.in_(units))
    return sa.or_(*ways)


def by_code(community_id: int, code: str) -> Case | None:
    """The case whose receipt carries these eight digits, typed with or without spaces. The caller of this limits
    how often it is asked."""
    digits = re.sub(r"\s", "", to_half_width(code))
    if not re.fullmatch(rf"\d{{{CODE_DIGITS}}}", digits):
        return None
    return db.session.scalar(
        sa.select(Case).where(Case.community_id == community_id, Case.code_hash == code_hash(digits))
    )


def cases_of_units(community_id: int, unit_ids: Sequence[int]) -> list[Case]:
    """The latest cases of these units, open ones first."""
    return _latest(community_id, Case.unit_id.in_(list(unit_ids)))


def cases_of_callers(community_id: int, text: str) -> list[Case]:
    """The latest cases that the text finds, open ones first. For the page of a call."""
    return _latest(community_id, matching(community_id, text)) if text.strip() else []


def _latest(community_id: int, condition: sa.ColumnElement[bool]) -> list[Case]:
    query = (
        sa.select(Case)
        .where(Case.community_id == community_id, condition)
        .options(joinedload(Case.handler), joinedload(Case.first_owner))
        .order_by(Case.stage.in_(ENDED), Case.received_at.desc())
        .limit(RECENT)
    )
    return list(db.session.scalars(query))


def merge_targets(case: Case) -> list[Case]:
    """Open cases of the same kind that this one may be merged into: those of the same unit and category first."""
    nearer = [Case.unit_id == case.unit_id] if case.unit_id else []
    nearer += [Case.category == case.category] if case.category else []
    query = (
        sa.select(Case)
        .where(
            Case.community_id == case.community_id,
            Case.kind == case.kind,
            Case.id != case.id,
            Case.stage.not_in(ENDED),
            Case.settled_at.is_(None),
        )
        .order_by(*(sa.case((same, 0), else_=1) for same in nearer), Case.received_at.desc())
        .limit(RECENT)
    )
    return list(db.session.scalars(query))


def photo(case: Case, photo_id: int) -> Photo | None:
    return db.session.scalar(sa.select(Photo).where(Photo.id == photo_id, Photo.case_id == case.id))
