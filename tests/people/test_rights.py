"""The cast is in place and rights are held within one community."""

from portal.access import Right
from tests.cast import Cast


def test_a_right_is_held_within_one_community(cast: Cast) -> None:
    """A manager of one estate has no right in another."""
    assert Right.CASE_RUN in cast["manager"].rights_in(cast.community)
    assert not cast["manager"].rights_in(cast.other_community)


def test_a_company_role_holds_in_the_companys_communities_only(cast: Cast) -> None:
    assert Right.LEDGER in cast["company"].rights_in(cast.community)
    assert not cast["company"].rights_in(cast.other_community)
