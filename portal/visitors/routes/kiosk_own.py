"""A registration at the kiosk belongs to the session it was begun in. The session ends at the reset between two people;
from then on the draft's address, still behind the back button, opens nothing."""

from flask import session

from portal.people.rights import current_kiosk
from portal.visitors.models import VisitDraft
from portal.visitors.operations import drafts

KEY = "visit"


def begun(token: str) -> None:
    """The draft behind the token is this session's."""
    session[KEY] = token


def own(token: str) -> VisitDraft | None:
    """The draft, if it is this kiosk's, this session's and not too old."""
    return drafts.find(current_kiosk(), token) if session.get(KEY) == token else None
