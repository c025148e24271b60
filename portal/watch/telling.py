"""Who is told of a promise, and in which words: an e-mail (templates/email/promise_*) and a line in the portal."""

from collections.abc import Iterable, Sequence

import sqlalchemy as sa
from flask import current_app
from flask_babel import LazyString, lazy_gettext

from portal.access import Role
from portal.db import db
from portal.outbox import operations as outbox
from portal.outbox.models import Priority
from portal.people import queries as people
from portal.people.models import User
from portal.standards.models import Promise
from portal.web import exact

# Where nobody holds the first role, the next answers: a break is never told to nobody.
RECEPTION = (Role.RECEPTIONIST, Role.MANAGER, Role.DIRECTOR)
MANAGERS = (Role.MANAGER, Role.DIRECTOR, Role.RECEPTIONIST)
DIRECTORS = (Role.DIRECTOR, Role.COMPANY, Role.MANAGER)


class Telling:
    """Tells of promises; looks each role of a community, and each owner, up once."""

    def __init__(self) -> None:
        self._staff: dict[tuple[int, Role], list[User]] = {}
        self._owners: dict[int, User] = {}

    def remind(self, promises: Sequence[Promise], which: str) -> None:
        """The owner, `which` is half or lead; once the time has passed the message is not sent any more."""
        self._find_owners(promises)
        for promise in promises:
            owner = self._owner(promise)
            to = [owner] if owner else self._first(promise.community_id, RECEPTION)
            text = lazy_gettext("%(due)s 前要给客户一个结果：%(label)s", due=exact(promise.due_at), label=promise.label)
            self._tell(f"promise_{which}", promise, to, text, expires=True)

    def broken(self, promises: Sequence[Promise]) -> None:
        """The managers and the owner, at the break."""
        self._find_owners(promises)
        for promise in promises:
            owner = self._owner(promise)
            to = self._first(promise.community_id, MANAGERS) + ([owner] if owner else [])
            text = lazy_gettext("承诺已超时：%(label)s，原定 %(due)s", label=promise.label, due=exact(promise.due_at))
            self._tell("promise_broken", promise, to, text)

    def still_broken(self, promises: Sequence[Promise]) -> None:
        """The director, when it is still open a set time later."""
        self._find_owners(promises)
        for promise in promises:
            to = self._first(promise.community_id, DIRECTORS)
            text = lazy_gettext(
                "超时后仍未处理，请主任过问：%(label)s，原定 %(due)s", label=promise.label, due=exact(promise.due_at)
            )
            self._tell("promise_escalated", promise, to, text)

    def _tell(
        self, template: str, promise: Promise, to: Iterable[User], text: LazyString, expires: bool = False
    ) -> None:
        people_told = list({user.id: user for user in to}.values())
        key = f"{template}:{promise.id}"
        owner = self._owner(promise)
        outbox.send(
            template,
            [_address(user) for user in people_told if user.email],
            community_id=promise.community_id,
            key=key,
            subject_type=promise.subject_type,
            subject_id=promise.subject_id,
            priority=Priority.HIGH,
            expires_at=promise.due_at if expires else None,
            promise=promise,
            owner=owner.name if owner else None,
            url=current_app.config["PUBLIC_URL"].rstrip("/") + (promise.path or "/"),
        )
        told = [user.id for user in people_told]
        outbox.notify(told, community_id=promise.community_id, text=text, url=promise.path or "/", key=key)

    def _find_owners(self, promises: Sequence[Promise]) -> None:
        wanted = {promise.owner_id for promise in promises if promise.owner_id} - self._owners.keys()
        if wanted:
            rows = db.session.scalars(sa.select(User).where(User.id.in_(wanted)))
            self._owners.update((user.id, user) for user in rows)

    def _owner(self, promise: Promise) -> User | None:
        """The owner, if there is one with a live account."""
        owner = self._owners.get(promise.owner_id or 0)
        return owner if owner and owner.disabled_at is None else None

    def _first(self, community_id: int, roles: Sequence[Role]) -> list[User]:
        """The holders of the first of the roles that anybody holds."""
        return next((staff for role in roles if (staff := self._with(community_id, role))), [])

    def _with(self, community_id: int, role: Role) -> list[User]:
        key = (community_id, role)
        if key not in self._staff:
            self._staff[key] = people.staff_with_role(community_id, role)
        return self._staff[key]


def _address(user: User) -> outbox.To:
    return outbox.To(user.email or "", language=user.language, name=user.name, user_id=user.id)
