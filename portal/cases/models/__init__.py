"""The tables of cases: the case itself, what was said, and what was done about it."""

from portal.cases.models.acts import Closure, Confirmation, DirectorContact, FollowUp, Plan, Return
from portal.cases.models.case import Case, CaseCounter
from portal.cases.models.said import Photo, Subscriber, Word, WordKind

__all__ = [
    "Case",
    "CaseCounter",
    "Closure",
    "Confirmation",
    "DirectorContact",
    "FollowUp",
    "Photo",
    "Plan",
    "Return",
    "Subscriber",
    "Word",
    "WordKind",
]
