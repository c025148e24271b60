"""Finding communities and staff."""

import sqlalchemy as sa

from portal.access import Role
from portal.db import db
from portal.people.models import Community, RoleGrant, User


def community_by_code(code: str) -> Community | None:
    """The community that goes by that code in a public address."""
    return db.session.scalar(sa.select(Community).where(Community.code == code))


def staff_with_role(community_id: int, role: Role) -> list[User]:
    """Who holds the role in the community, there or for its whole company, and has a live account; by id."""
    query = (
        sa.select(User)
        .join(RoleGrant, RoleGrant.user_id == User.id)
        .join(Community, Community.id == community_id)
        .where(
            RoleGrant.role == role,
            User.disabled_at.is_(None),
            sa.or_(
                RoleGrant.community_id == community_id,
                sa.and_(RoleGrant.community_id.is_(None), User.company_id == Community.company_id),
            ),
        )
        .distinct()
        .order_by(User.id)
    )
    return list(db.session.scalars(query))
