"""What is said: words and answers to the customer, the customer's own words, notes, photos."""

from collections.abc import Sequence
from datetime import datetime

from flask_babel import gettext, lazy_gettext

from portal import clock, files, timeline
from portal.cases.models import Case, Photo, Word, WordKind
from portal.cases.operations import clocks, tell
from portal.cases.operations.moves import ask, hold, move
from portal.cases.stages import Clock, How, Stage
from portal.db import db
from portal.standards import operations as standards
from portal.timeline import Actor

CHECKED = "CASE-11"


def word(case: Case, text: str, how: How, actor: Actor, next_at: datetime | None = None) -> Word:
    """Word to the customer on the way. Keeps the promise of it and makes the next, by `next_at` or by the standard.
    CASE-2, CASE-6."""
    hold(case)
    ask(case.is_open, gettext("这一单已经结束。"))
    clocks.own(case, actor)
    said = say(case, WordKind.WORD, text, how, actor)
    event = timeline.record(case, "word", actor, reason=text)
    clocks.word_given(case, actor, next_at)
    said.next_at = clocks.word_at(case)
    tell.customers(case, "case_word", event, text=text, next_at=said.next_at)
    return said


def answer(case: Case, text: str, how: How, actor: Actor, next_at: datetime | None = None) -> Word:
    """What became of it, told to the customer: what a complaint cannot be closed without. CASE-4."""
    hold(case)
    ask(case.is_open, gettext("这一单已经结束。"))
    clocks.own(case, actor)
    said = say(case, WordKind.ANSWER, text, how, actor)
    event = timeline.record(case, "answered", actor, reason=text)
    clocks.word_given(case, actor, next_at)
    said.next_at = clocks.word_at(case)
    tell.customers(case, "case_answered", event, text=text, next_at=said.next_at)
    return said


def customer_word(case: Case, text: str, how: How, actor: Actor) -> Word:
    """The customer adds something, through the receipt or by telephone. Whoever works on it is told."""
    hold(case)
    said = say(case, WordKind.CUSTOMER, text, how, actor)
    event = timeline.record(case, "customer_word", actor, reason=text)
    said_by = lazy_gettext("客户补充：%(number)s %(title)s", number=case.number, title=case.title)
    tell.staff(case, {case.first_owner_id, case.handler_id}, said_by, event, but=actor.user_id)
    return said


def note(case: Case, text: str, actor: Actor) -> Word:
    """A note for staff, as of a call about it. The customer never sees it."""
    timeline.record(case, "noted", actor, reason=text)
    return say(case, WordKind.NOTE, text, How.IN_PERSON, actor)


def check(case: Case, actor: Actor, next_at: datetime | None = None, question: str | None = None) -> None:
    """Nobody knows the answer now: it is checked, not guessed, and promised by a time. CASE-11."""
    hold(case)
    reachable = case.caller_phone or tell.audience(case)
    ask(reachable, gettext("请先留下客户的联系方式，才能核实后答复。"))
    clocks.own(case, actor)
    move(case, Stage.CHECKING, "checking", actor, reason=question)
    clocks.keep(case, actor, Clock.WORD, Clock.RESPONSE)
    promised = clocks.start_after(case, Clock.WORD, CHECKED, actor, next_at)
    settle = clocks.open_on(case, Clock.SETTLE)
    if settle and settle.due_at < promised.due_at:
        standards.renew(settle, promised.due_at, gettext("当时不能解答，核实后答复"), actor)


def reply_on_forum(case: Case, text: str, actor: Actor) -> Word:
    """The complaint is acknowledged under its post. CASE-7."""
    hold(case)
    ask(clocks.open_on(case, Clock.FORUM), gettext("这一单没有待回的帖子。"))
    clocks.own(case, actor)
    case.post_replied_at = clock.now()
    clocks.keep(case, actor, Clock.FORUM)
    timeline.record(case, "forum_replied", actor, reason=text)
    return say(case, WordKind.WORD, text, How.FORUM, actor)


def add_photos(case: Case, photos: Sequence[files.Picture], actor: Actor) -> None:
    """Keep the pictures with the case. The files come and go with the transaction."""
    for picture in photos:
        db.session.add(
            Photo(
                community_id=case.community_id,
                case_id=case.id,
                name=files.keep(picture),
                width=picture.width,
                height=picture.height,
                at=clock.now(),
                by_name=actor.name,
                by_id=actor.user_id,
            )
        )
    if photos:
        timeline.record(case, "photos_added", actor, became=str(len(photos)))


def say(case: Case, kind: WordKind, text: str, how: How, actor: Actor) -> Word:
    """Keep the words with the case; the clocks are the caller's."""
    said = Word(
        community_id=case.community_id,
        kind=kind,
        text=text,
        how=how,
        at=clock.now(),
        by_name=actor.name,
        by_id=actor.user_id,
    )
    case.words.append(said)
    return said
