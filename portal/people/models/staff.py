"""Accounts of staff, company and committee; their roles; their sessions."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.access import RIGHTS, Right, Role
from portal.db import Instant, Model
from portal.people.models.places import Community
from portal.secret import Encrypted
from portal.timeline import Actor


class User(Model):
    """Someone who signs in with a password and a one-time code."""

    __tablename__ = "user"

    id: Mapped[int] = mapped_column(primary_key=True)
    company_id: Mapped[int] = mapped_column(sa.ForeignKey("company.id"))
    login: Mapped[str] = mapped_column(sa.String(60), unique=True)
    name: Mapped[str] = mapped_column(sa.String(80))
    title: Mapped[str | None] = mapped_column(sa.String(60))  # 客服, 工程 … as shown on the board
    email: Mapped[str | None] = mapped_column(sa.String(200))
    phone: Mapped[str | None] = mapped_column(Encrypted("user.phone"))
    language: Mapped[str] = mapped_column(sa.String(5), default="zh")
    password_hash: Mapped[str | None] = mapped_column(sa.String(200))
    totp_secret: Mapped[str | None] = mapped_column(Encrypted("user.totp_secret"))
    totp_last_step: Mapped[int | None]  # a code is good once
    must_change_password: Mapped[bool] = mapped_column(default=False)
    disabled_at: Mapped[datetime | None] = mapped_column(Instant)

    grants: Mapped[list["RoleGrant"]] = relationship(
        back_populates="user", lazy="selectin", cascade="all, delete-orphan"
    )

    @property
    def actor(self) -> Actor:
        return Actor(self.name, self.id)

    def rights_in(self, community: Community) -> frozenset[Right]:
        """What the person may do in that community."""
        rights: frozenset[Right] = frozenset()
        for grant in self.grants:
            if grant.covers(community, self.company_id):
                rights |= RIGHTS[Role(grant.role)]
        return rights

    def roles_in(self, community: Community) -> set[Role]:
        return {Role(grant.role) for grant in self.grants if grant.covers(community, self.company_id)}


class RoleGrant(Model):
    """A role in one community, or with no community named in all of the company's."""

    __tablename__ = "role_grant"
    __table_args__ = (sa.UniqueConstraint("user_id", "community_id", "role"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"), index=True)
    community_id: Mapped[int | None] = mapped_column(sa.ForeignKey("community.id"), index=True)
    role: Mapped[str] = mapped_column(sa.String(30))

    user: Mapped[User] = relationship(back_populates="grants")

    def covers(self, community: Community, company_id: int) -> bool:
        if self.community_id is None:
            return community.company_id == company_id
        return self.community_id == community.id


class SignIn(Model):
    """One session: dead after sign-out, password change or disabling. Only the token's hash is kept."""

    __tablename__ = "sign_in"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"), index=True)
    community_id: Mapped[int | None] = mapped_column(sa.ForeignKey("community.id"))
    token_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    made_at: Mapped[datetime] = mapped_column(Instant)
    ends_at: Mapped[datetime] = mapped_column(Instant)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)
    device: Mapped[str | None] = mapped_column(sa.String(200))

    user: Mapped[User] = relationship(lazy="joined")
    community: Mapped[Community | None] = relationship(lazy="joined")
