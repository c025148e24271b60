"""Roles, rights, and what each route asks for.

A right is held within one community; a company role holds it in all of the company's communities.
Every view carries one of the marks below; a view without a mark is refused (see portal/people/guard.py).
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar

View = TypeVar("View", bound=Callable[..., Any])


class Role(StrEnum):
    GUARD = "guard"
    RECEPTIONIST = "receptionist"
    TECHNICIAN = "technician"
    MANAGER = "manager"
    DIRECTOR = "director"
    QUALITY = "quality"
    FINANCE = "finance"
    COMMITTEE_MEMBER = "committee_member"
    COMMITTEE_CHAIR = "committee_chair"
    COMPANY = "company"
    ADMINISTRATOR = "administrator"


class Right(StrEnum):
    DESK = "desk"  # the board, a case, its history; call notes; take a kiosk call
    CASE_TAKE = "case_take"  # register a case
    CASE_WORK = "case_work"  # plan, do, finish a case; add photos
    CASE_RUN = "case_run"  # assign, answer, merge, close, follow up
    CASE_DIRECT = "case_direct"  # the director's contact with a special customer
    LEDGER = "ledger"  # export the ledger
    PERSON_SEE = "person_see"  # find people; numbers masked
    PERSON_REVEAL = "person_reveal"  # see one number in full, with a reason
    ROSTER = "roster"  # import the roster, change people and households
    VISITOR_GUARD = "visitor_guard"  # register, sign in and out, search visitors
    NOTICE_SEE = "notice_see"
    NOTICE_WRITE = "notice_write"
    KNOWLEDGE_WRITE = "knowledge_write"
    CHECKLIST = "checklist"
    STANDARD_SEE = "standard_see"
    STANDARD_SET = "standard_set"  # override a standard, edit the calendar
    DEVICE = "device"  # enrol and revoke kiosks
    STAFF = "staff"  # accounts and roles
    OUTBOX_SEE = "outbox_see"
    OUTBOX_ACT = "outbox_act"


_ALL = frozenset({Right.NOTICE_SEE, Right.STANDARD_SEE})
_DESK = _ALL | {Right.DESK, Right.PERSON_SEE, Right.CASE_TAKE, Right.CHECKLIST}
_MANAGE = _DESK | {
    Right.CASE_WORK,
    Right.CASE_RUN,
    Right.LEDGER,
    Right.PERSON_REVEAL,
    Right.ROSTER,
    Right.VISITOR_GUARD,
    Right.NOTICE_WRITE,
    Right.KNOWLEDGE_WRITE,
    Right.STANDARD_SET,
    Right.OUTBOX_SEE,
}

RIGHTS: dict[Role, frozenset[Right]] = {
    Role.GUARD: _ALL | {Right.VISITOR_GUARD, Right.PERSON_SEE, Right.CASE_TAKE},
    Role.RECEPTIONIST: _DESK
    | {
        Right.CASE_RUN,
        Right.CASE_WORK,
        Right.LEDGER,
        Right.PERSON_REVEAL,
        Right.VISITOR_GUARD,
        Right.KNOWLEDGE_WRITE,
        Right.NOTICE_WRITE,
    },
    Role.TECHNICIAN: _ALL | {Right.DESK, Right.CASE_TAKE, Right.CASE_WORK, Right.PERSON_SEE},
    Role.MANAGER: _MANAGE,
    Role.DIRECTOR: _MANAGE | {Right.CASE_DIRECT},
    Role.QUALITY: _ALL | {Right.DESK, Right.LEDGER, Right.STANDARD_SET},
    Role.FINANCE: _ALL | {Right.PERSON_SEE},
    Role.COMMITTEE_MEMBER: _ALL,
    Role.COMMITTEE_CHAIR: _ALL,
    Role.COMPANY: _ALL | {Right.DESK, Right.LEDGER},
    Role.ADMINISTRATOR: _ALL
    | {Right.DEVICE, Right.STAFF, Right.ROSTER, Right.PERSON_SEE, Right.STANDARD_SET}
    | {Right.OUTBOX_SEE, Right.OUTBOX_ACT},
}


@dataclass(frozen=True)
class Access:
    """What a view asks of the one who calls it. `kind` is public, signed_in, right, kiosk or link."""

    kind: str
    right: Right | None = None


def _marked(access: Access) -> Callable[[View], View]:
    def mark(view: View) -> View:
        view.access = access  # type: ignore[attr-defined]
        return view

    return mark


public = _marked(Access("public"))
signed_in = _marked(Access("signed_in"))
kiosk = _marked(Access("kiosk"))
link = _marked(Access("link"))


def needs(right: Right) -> Callable[[View], View]:
    """The view asks for this right in the community at hand."""
    return _marked(Access("right", right))
