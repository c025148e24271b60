"""An administrator's reach ends where the right ends: no way through another's account into another estate."""

from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from portal.access import Role
from portal.db import db
from portal.people import accounts
from portal.people.models import Community, RoleGrant, User
from portal.timeline import AuditEntry
from tests import factories
from tests.cast import Cast

ACTS = (
    ("password", {}),
    ("disable", {"reason": "试试"}),
    ("enable", {"reason": "试试"}),
    ("reset-code", {"reason": "试试"}),
)


@pytest.fixture
def sister(cast: Cast) -> Community:
    """Another estate of the same company, in which the administrator of 翠湖花园 has no role."""
    place = factories.community(cast.company, "lake", "湖滨")
    db.session.commit()
    return place


@pytest.mark.parametrize(("act", "data"), ACTS)
@pytest.mark.parametrize("who", ["company", "both"])
def test_an_account_that_reaches_further_is_kept_by_who_reaches_as_far(
    signed_in: Any, cast: Cast, sister: Community, who: str, act: str, data: dict[str, str]
) -> None:
    """Setting a colleague's password would be signing in as the colleague, in the other estate too."""
    target = cast["company"] if who == "company" else cast["manager"]
    accounts.set_password(target, "three plain words", target.actor)
    if who == "both":
        target.grants.append(RoleGrant(community_id=sister.id, role=Role.MANAGER))
    db.session.commit()
    before = target.password_hash
    assert signed_in("administrator").send(f"/staff/{target.id}/{act}", data).status_code == 403
    assert target.password_hash == before and target.disabled_at is None
    assert db.session.scalar(sa.select(AuditEntry.subject_id).where(AuditEntry.act == "refused")) == target.id
    cast["administrator"].grants.append(RoleGrant(community_id=sister.id, role=Role.ADMINISTRATOR))
    assert signed_in("administrator").send(f"/staff/{target.id}/{act}", data).status_code in (200, 303)


def test_in_a_company_of_one_estate_the_administrator_keeps_all_accounts(signed_in: Any, cast: Cast) -> None:
    assert signed_in("administrator").send(f"/staff/{cast['company'].id}/password").status_code == 200


def test_a_page_offers_no_act_that_would_be_refused(signed_in: Any, cast: Cast, sister: Community) -> None:
    page = signed_in("administrator").page(f"/staff/{cast['company'].id}")
    assert not page.select("form[action$='/password'], form[action$='/disable'], form[action$='/reset-code']")


def test_roles_are_given_in_ones_own_estate_only(app: Flask, signed_in: Any, cast: Cast, sister: Community) -> None:
    """Roles elsewhere stay as they are."""
    target = cast["manager"]
    target.grants.append(RoleGrant(community_id=sister.id, role=Role.GUARD))
    signed_in("administrator").submit(f"/staff/{target.id}/roles", {"roles": ["guard"]})
    db.session.expire_all()
    held = {(grant.community_id, grant.role) for grant in db.session.get_one(User, target.id).grants}
    assert held == {(cast.community.id, "guard"), (sister.id, "guard")}
