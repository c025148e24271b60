"""The verbs of standards: promises are made and moved, standards and calendar days are set."""

from portal.standards.operations.promises import due_by, end, hand_over, keep, pause, promise, renew, resume
from portal.standards.operations.settings import seed_calendar, set_day, set_standard, withdraw_standard

__all__ = [
    "due_by",
    "end",
    "hand_over",
    "keep",
    "pause",
    "promise",
    "renew",
    "resume",
    "seed_calendar",
    "set_day",
    "set_standard",
    "withdraw_standard",
]
