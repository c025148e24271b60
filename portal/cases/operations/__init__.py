"""The verbs of a case. Each takes the actor, holds the case, asks what it must, moves it by the one table, keeps and
makes promises, and tells whoever has to hear. None commits."""

from portal.cases.operations.closing import close, contact_by_director, follow_up, reopen
from portal.cases.operations.customer import confirm, send_back, subscribe, withdraw
from portal.cases.operations.merge import merge
from portal.cases.operations.moves import NotAllowedError
from portal.cases.operations.owner import hand_over, pause, promise_time, resume, set_urgency
from portal.cases.operations.receive import Caller, Received, code_hash, new_code, receive
from portal.cases.operations.said import add_photos, answer, check, customer_word, note, reply_on_forum, word
from portal.cases.operations.tell import new_receipt
from portal.cases.operations.work import agree, arrive, assign, decline, finish, start, take, tell_plan

__all__ = [
    "Caller",
    "NotAllowedError",
    "Received",
    "add_photos",
    "agree",
    "answer",
    "arrive",
    "assign",
    "check",
    "close",
    "code_hash",
    "confirm",
    "contact_by_director",
    "customer_word",
    "decline",
    "finish",
    "follow_up",
    "hand_over",
    "merge",
    "new_code",
    "new_receipt",
    "note",
    "pause",
    "promise_time",
    "receive",
    "reopen",
    "reply_on_forum",
    "resume",
    "send_back",
    "set_urgency",
    "start",
    "subscribe",
    "take",
    "tell_plan",
    "withdraw",
    "word",
]
