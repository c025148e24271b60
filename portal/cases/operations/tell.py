"""Who hears what: customers with an address by mail, staff by a line in the portal and a mail."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from flask_babel import LazyString

from portal.access import Role
from portal.cases.models import Case, Subscriber
from portal.db import db
from portal.outbox import operations as outbox
from portal.outbox.rendering import link
from portal.people import links
from portal.people import queries as people
from portal.people.models import User
from portal.timeline import TimelineEntry

RECEIPT = "receipt"  # the purpose of a receipt's link
RECEIPT_LASTS = timedelta(days=180)


def new_receipt(case: Case) -> str:
    """The token of a new link to the case's receipt."""
    return links.make(RECEIPT, case, RECEIPT_LASTS)


def audience(case: Case) -> list[Subscriber]:
    """Everyone who gets word: the subscribers of the case and of those merged into it."""
    return list(
        db.session.scalars(
            sa.select(Subscriber)
            .join(Case, Subscriber.case_id == Case.id)
            .where(sa.or_(Case.id == case.id, Case.merged_into_id == case.id))
            .order_by(Subscriber.id)
        )
    )


def customers(case: Case, template: str, event: TimelineEntry, **data: Any) -> bool:
    """Mail everyone who gets word, each with a link to their own receipt. Whether there was anyone."""
    people_told = audience(case)
    if not people_told:
        return False
    db.session.flush()
    outbox.send(
        template,
        [_to(one) for one in people_told],
        community_id=case.community_id,
        key=f"{template}:{case.id}:{event.id}",
        subject_type=case.__tablename__,
        subject_id=case.id,
        case=case,
        **data,
    )
    return True


def _to(subscriber: Subscriber) -> outbox.To:
    url = link("cases.receipt", token=new_receipt(subscriber.case))
    return outbox.To(
        subscriber.email,
        language=subscriber.language,
        name=subscriber.name,
        person_id=subscriber.person_id,
        fields={"url": url},
    )


def staff(
    case: Case,
    user_ids: Iterable[int | None],
    text: LazyString,
    event: TimelineEntry,
    *,
    mail: str | None = None,
    but: int | None = None,
) -> None:
    """A line in the portal for these people (not for `but`, who did it), and a mail by the template `mail`."""
    wanted = {user_id for user_id in user_ids if user_id is not None and user_id != but}
    if not wanted:
        return
    db.session.flush()
    key = f"case:{case.id}:{event.id}"
    outbox.notify(wanted, community_id=case.community_id, text=text, url=case.path, key=key)
    if mail:
        users = db.session.scalars(sa.select(User).where(User.id.in_(wanted)).order_by(User.id))
        outbox.send(
            mail,
            [outbox.To(user.email or "", language=user.language, name=user.name, user_id=user.id) for user in users],
            community_id=case.community_id,
            key=f"{mail}:{case.id}:{event.id}",
            subject_type=case.__tablename__,
            subject_id=case.id,
            case=case,
            url=link("cases.show", case_id=case.id),
            reason=event.reason,
        )


def with_roles(case: Case, *roles: Role) -> set[int]:
    """The staff of these roles in the case's community."""
    return {user.id for role in roles for user in people.staff_with_role(case.community_id, role)}
