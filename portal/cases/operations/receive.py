"""A customer comes with something: the case, its number, its receipt, its clocks."""

import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext, lazy_gettext
from sqlalchemy.dialects import postgresql, sqlite

from portal import clock, files, timeline
from portal.access import Role
from portal.cases.kinds import KINDS
from portal.cases.models import Case, CaseCounter
from portal.cases.operations import clocks, tell
from portal.cases.operations.customer import subscribe
from portal.cases.operations.moves import ask
from portal.cases.operations.said import add_photos
from portal.cases.stages import Channel
from portal.db import db
from portal.people.numbers import clean_phone
from portal.secret import blind_index
from portal.timeline import Actor

CODE_DIGITS = 8
BY_STAFF = frozenset({Channel.TELEPHONE, Channel.WALK_IN, Channel.COMPLAINT_BOX, Channel.FORUM})


@dataclass(frozen=True)
class Caller:
    """Who comes with it. `person_id` where they are in the roster."""

    name: str
    phone: str | None = None
    email: str | None = None
    person_id: int | None = None
    language: str = "zh"


@dataclass(frozen=True)
class Received:
    """The new case with what its receipt carries: `code`, eight digits for the kiosk, and `token`, for the link and
    its QR. Only their hashes are stored: this is the one moment to hand them out."""

    case: Case
    code: str
    token: str


def receive(
    kind: str,
    *,
    community_id: int,
    channel: Channel | str,
    caller: Caller,
    title: str,
    actor: Actor,
    unit_id: int | None = None,
    detail: str = "",
    category: str | None = None,
    urgent: bool = False,
    paid: bool = False,
    place: str | None = None,
    photos: Sequence[files.Picture] = (),
    first_owner_id: int | None = None,
    word_at: datetime | None = None,
    posted_at: datetime | None = None,
    forwarded_at: datetime | None = None,
    post_url: str | None = None,
) -> Received:
    """Take in a case of that kind. CASE-1, CASE-10.

    `first_owner_id`: the member of staff who received the customer (CASE-2); from kiosk or link none, until a
    receptionist takes it. `category` is the key of one of the kind's phrases. `word_at`: an earlier time for the
    first word. `posted_at`, `forwarded_at`: when a forum's post appeared, was passed on (CASE-7).
    """
    of_kind = KINDS[kind]
    ask(not urgent or of_kind.may_be_urgent, gettext("这一类不分急缓。"))
    ask(channel != Channel.FORUM or posted_at or forwarded_at, gettext("请填写帖子出现的时间。"))
    case, code = Case(), _new_code()
    case.community_id, case.kind, case.channel = community_id, kind, Channel(channel)
    case.unit_id, case.title, case.detail, case.place = unit_id, title, detail, place
    case.category, case.urgent, case.paid = category if of_kind.phrase(category) else None, urgent, paid
    case.posted_at, case.forwarded_at, case.post_url = posted_at, forwarded_at, post_url
    case.first_owner_id, case.received_at = first_owner_id, clock.now()
    case.code_hash = code_hash(code)
    _set_caller(case, caller)
    case.number = _next_number(community_id, of_kind.letter)
    db.session.add(case)
    db.session.flush()
    case.special = bool(case.person and case.person.special)
    case.in_warranty = _in_warranty(case.unit)
    event = timeline.record(case, "received", actor, became=case.channel)
    if caller.email:
        subscribe(case, caller.email, caller.name, caller.language, actor, person_id=caller.person_id)
    add_photos(case, photos, actor)
    clocks.start_all(case, actor, word_at=word_at)
    _tell(case, code, event)
    return Received(case, code, tell.new_receipt(case))


def new_code(case: Case, actor: Actor) -> str:
    """A new receipt code in place of a lost one; the old one opens nothing any more."""
    code = _new_code()
    case.code_hash = code_hash(code)
    timeline.record(case, "code_renewed", actor)
    return code


def code_hash(code: str) -> str:
    """By which a receipt code is found: keyed, since eight digits could be tried out."""
    return blind_index("receipt-code", code)


def _new_code() -> str:
    while True:
        code = f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}}"
        if not db.session.scalar(sa.select(sa.exists().where(Case.code_hash == code_hash(code)))):
            return code


def _next_number(community_id: int, letter: str) -> str:
    """The next number of that letter. Two who ask at once wait for each other; one rolled back gives it back."""
    dialect = postgresql if db.engine.dialect.name == "postgresql" else sqlite
    raised = (
        dialect.insert(CaseCounter)
        .values(community_id=community_id, letter=letter, last=1)
        .on_conflict_do_update(index_elements=["community_id", "letter"], set_={"last": CaseCounter.last + 1})
        .returning(CaseCounter.last)
    )
    return f"{letter}-{db.session.execute(raised).scalar_one():04}"


def _set_caller(case: Case, caller: Caller) -> None:
    case.caller_name, case.caller_language = caller.name, caller.language
    case.person_id = caller.person_id
    number = caller.phone or ""
    case.set_phone(clean_phone(number) or re.sub(r"\D", "", number))


def _in_warranty(unit: Any) -> bool:
    until = unit.warranty_until if unit else None
    return until is not None and until >= clock.local(clock.now()).date()


def _tell(case: Case, code: str, event: timeline.TimelineEntry) -> None:
    """The customer by mail; of an urgent one those who go, of one from kiosk or link the reception; at night, and of
    a paid repair at any time, the guards' monitoring room too (REP-6)."""
    tell.customers(case, "case_received", event, code=code, next_at=clocks.word_at(case))
    if case.urgent:
        told = tell.with_roles(case, Role.RECEPTIONIST, *case.of_kind.handlers)
        told |= tell.with_roles(case, Role.GUARD) if case.paid or at_night(case) else set()
        text = lazy_gettext("紧急：%(number)s %(title)s", number=case.number, title=case.title)
        tell.staff(case, told, text, event, mail="case_urgent", but=event.actor_id)
        return
    told = set() if case.channel in BY_STAFF else tell.with_roles(case, Role.RECEPTIONIST)
    told |= tell.with_roles(case, Role.GUARD) if case.paid else set()
    text = lazy_gettext("新受理：%(number)s %(title)s", number=case.number, title=case.title)
    tell.staff(case, told, text, event, but=event.actor_id)


def at_night(case: Case) -> bool:
    """Whether the case came outside desk hours."""
    came = clock.local(case.received_at).time()
    return not case.community.desk_opens <= came < case.community.desk_closes
