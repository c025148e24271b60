"""A case as its customer may see it: by receipt link, by code at the kiosk. Masked; without what staff note."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from flask_babel import LazyString
from flask_babel import lazy_gettext as _

from portal.cases.kind import Kind
from portal.cases.models import Case, Plan, Word, WordKind
from portal.cases.stages import Clock, Stage
from portal.cases.words import FOR_CUSTOMER
from portal.secret import mask_name
from portal.standards import queries
from portal.standards.models import Promise

SHOWN = (Clock.ON_SITE, Clock.DISPATCH, Clock.WORD, Clock.SETTLE, Clock.FORUM, Clock.FOLLOW_UP)
TO_CUSTOMER = (WordKind.WORD, WordKind.ANSWER)


@dataclass(frozen=True)
class Step:
    """One step of the way, when it was reached, and whether the case stands there."""

    words: LazyString
    at: datetime | None
    now: bool


@dataclass(frozen=True)
class CustomerView:
    """`promise` is the next one to the customer; `words` are what we said and what this customer added. The may_…
    say what the customer can do now. `main` is the number of the case that this one was merged into."""

    number: str
    kind: Kind
    title: str
    caller: str
    phone: str
    received_at: datetime
    stage: Stage
    stage_words: LazyString
    steps: list[Step]
    promise: Promise | None
    promises: list[Promise]
    plan: Plan | None
    words: list[Word]
    main: str | None
    shared: int
    confirmed_at: datetime | None
    may_confirm: bool
    may_return: bool
    may_agree: bool
    may_withdraw: bool
    may_add: bool


def customer_view(case: Case) -> CustomerView:
    """The case for its own caller. One that was merged shows the progress of the main case, with its own title."""
    main = case.main or case
    stage, open_ones = Stage(main.stage), queries.open_promises(main)
    promises = _once(promise for promise in open_ones if promise.clock in SHOWN and promise.paused_at is None)
    ahead = [promise for promise in promises if promise.clock != Clock.FOLLOW_UP] or promises
    words = [word for word in main.words if word.kind in TO_CUSTOMER]
    words += [word for word in case.words if word.kind == WordKind.CUSTOMER]
    confirmation = main.confirmation
    settled = main.settled_at is not None
    return CustomerView(
        number=case.number,
        kind=case.of_kind,
        title=case.title,
        caller=mask_name(case.caller_name),
        phone=case.masked_phone,
        received_at=case.received_at,
        stage=stage,
        stage_words=FOR_CUSTOMER[stage],
        steps=_steps(case, main),
        promise=ahead[0] if ahead else None,
        promises=promises,
        plan=main.plan if main is case else None,
        words=sorted(words, key=lambda word: (word.at, word.id)),
        main=case.main.number if case.main else None,
        shared=len(main.duplicates),
        confirmed_at=confirmation.at if confirmation else None,
        may_confirm=settled and confirmation is None and stage in (Stage.DONE, Stage.CLOSED),
        may_return=settled and stage in (Stage.DONE, Stage.CONFIRMED, Stage.CLOSED),
        may_agree=main is case and stage == Stage.PLANNED,
        may_withdraw=main is case and Stage.WITHDRAWN in case.moves(),
        may_add=main.is_open,
    )


def _once(promises: Iterable[Promise]) -> list[Promise]:
    """Of several to the same time after the same standard the first: to the customer they are one."""
    found: dict[tuple[str, datetime], Promise] = {}
    for promise in promises:
        found.setdefault((promise.standard_key, promise.due_at), promise)
    return list(found.values())


def _steps(case: Case, main: Case) -> list[Step]:
    """Received, in hand, done, confirmed, closed: what a customer wants to know, not our own stages."""
    if main.stage == Stage.WITHDRAWN:
        return [Step(_("已受理"), case.received_at, False), Step(_("客户已撤回"), main.ended_at, True)]
    confirmation, closure = main.confirmation, main.closure
    reached = [
        (_("已受理"), case.received_at),
        (_("办理中"), main.assigned_at or main.settled_at),
        (_("已办完"), main.settled_at),
        (_("您已确认"), confirmation.at if confirmation else None),
        (_("已结案"), closure.at if closure else None),
    ]
    last = max(index for index, (_words, at) in enumerate(reached) if at is not None)
    return [Step(words, at, index == last) for index, (words, at) in enumerate(reached)]
