"""Where each kind of person begins after signing in: the first page that their rights open."""

from portal.access import Right
from portal.people.rights import allowed

FIRST_PAGES = (
    ("cases.board", Right.DESK),
    ("visitors.register", Right.VISITOR_GUARD),
    ("people.staff", Right.STAFF),
    ("people.search", Right.PERSON_SEE),
    ("standards.register", Right.STANDARD_SEE),
)


def first_for() -> str | None:
    """The endpoint, or None where the person holds no right in the community at hand."""
    return next((endpoint for endpoint, right in FIRST_PAGES if allowed(right)), None)
