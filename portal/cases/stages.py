"""Where a case stands, and the one table of moves between stages.

A kind uses some of the stages (see kinds/); what it may do is this table cut down to them. What a move needs besides
(an agreement, an answer, a follow-up) is asked by the verbs in operations/.
"""

from enum import StrEnum


class Stage(StrEnum):
    RECEIVED = "received"
    CHECKING = "checking"  # an enquiry that could not be answered at once (CASE-11)
    ASSIGNED = "assigned"
    PLANNED = "planned"  # the plan is told; the owner thinks about it (REP-3)
    AGREED = "agreed"
    WORKING = "working"
    DONE = "done"  # staff say so; the customer has not yet
    CONFIRMED = "confirmed"  # the customer says so
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"  # by the customer
    MERGED = "merged"  # goes on as another case


_AWAY = frozenset({Stage.WITHDRAWN, Stage.MERGED})

MOVES: dict[Stage, frozenset[Stage]] = {
    Stage.RECEIVED: _AWAY | {Stage.ASSIGNED, Stage.CHECKING, Stage.DONE},
    Stage.CHECKING: _AWAY | {Stage.ASSIGNED, Stage.DONE},
    Stage.ASSIGNED: _AWAY | {Stage.PLANNED, Stage.WORKING, Stage.CHECKING, Stage.DONE},
    Stage.PLANNED: _AWAY | {Stage.PLANNED, Stage.AGREED, Stage.ASSIGNED},
    Stage.AGREED: _AWAY | {Stage.WORKING, Stage.PLANNED},
    Stage.WORKING: _AWAY | {Stage.PLANNED, Stage.DONE},
    Stage.DONE: frozenset({Stage.CONFIRMED, Stage.ASSIGNED, Stage.CLOSED}),
    Stage.CONFIRMED: frozenset({Stage.CLOSED, Stage.ASSIGNED}),
    Stage.CLOSED: frozenset({Stage.ASSIGNED}),
    Stage.WITHDRAWN: frozenset({Stage.ASSIGNED}),
    Stage.MERGED: frozenset(),
}
ENDED = frozenset({Stage.CLOSED, Stage.WITHDRAWN, Stage.MERGED})
SETTLED = frozenset({Stage.DONE, Stage.CONFIRMED}) | ENDED


class Channel(StrEnum):
    """How a case reached us; kept for good (CASE-10)."""

    KIOSK = "kiosk"
    TELEPHONE = "telephone"
    WALK_IN = "walk_in"
    COMPLAINT_BOX = "complaint_box"
    ONLINE = "online"
    FORUM = "forum"


class How(StrEnum):
    """By what way the customer told us, or we told the customer."""

    LINK = "link"
    KIOSK = "kiosk"
    TELEPHONE = "telephone"
    IN_PERSON = "in_person"
    MAIL = "mail"
    FORUM = "forum"


class Satisfaction(StrEnum):
    """The four answers of the manual; the first three count as satisfied (SUR-4)."""

    VERY = "very"
    SATISFIED = "satisfied"
    FAIRLY = "fairly"
    DISSATISFIED = "dissatisfied"


class Clock(StrEnum):
    """The clocks on a case. Word and settle run on each open case, the others where their standard applies."""

    WORD = "word"  # the next word to the customer
    SETTLE = "settle"
    RESPONSE = "response"  # answered or disposed of (CASE-5)
    DISPATCH = "dispatch"
    ON_SITE = "on_site"
    FORUM = "forum"  # the reply under the post (CASE-7)
    FOLLOW_UP = "follow_up"
    DIRECTOR = "director"
