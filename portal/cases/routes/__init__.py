"""Pages about cases: the board, a case, a call, the ledger for staff; the receipt and the report page for customers."""

from typing import Any

from flask import Blueprint

from portal import qr
from portal.cases import words
from portal.cases.kinds import KINDS
from portal.cases.stages import Stage

area = Blueprint("cases", __name__)


@area.context_processor
def for_pages() -> dict[str, Any]:
    """The words and kinds that every page about cases shows."""
    return {
        "KINDS": KINDS,
        "Stage": Stage,
        "STAGES": words.STAGES,
        "CHANNELS": words.CHANNELS,
        "HOWS": words.HOWS,
        "SATISFACTIONS": words.SATISFACTIONS,
        "CLOCKS": words.CLOCKS,
        "VERBS": words.VERBS,
        "PROMISE_VERBS": words.PROMISE_VERBS,
        "qr": qr.svg,
        "said": words.said,
        "FOR_CUSTOMER": words.FOR_CUSTOMER,
    }


from portal.cases.routes import (  # noqa: E402
    board,
    case,
    closing,
    intake,
    ledger,
    owner,
    public,
    receipt,
    said,
    work,
)

__all__ = ["area", "board", "case", "closing", "intake", "ledger", "owner", "public", "receipt", "said", "work"]
