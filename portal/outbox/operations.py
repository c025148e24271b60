"""What other areas call: send, notify, cancel; and what a person does about a delivery that did not go out.

Nothing here sends. Rows are added to the caller's transaction; once it is committed the doorbell rings, and where
the doorbell is away the sweep finds the rows.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, cast
from uuid import uuid4

import sqlalchemy as sa
from flask_babel import LazyString, force_locale

from portal import clock, queue, timeline, web
from portal.db import db
from portal.outbox import expansion
from portal.outbox.models import Delivery, Message, MessageText, Notification, Priority, State
from portal.outbox.moves import move
from portal.outbox.rendering import Words, render
from portal.outbox.rows import add_once
from portal.secret import blind_index

JOB = "jobs.outbox.deliver"


@dataclass(frozen=True)
class To:
    """One recipient. `fields` fills `{{ recipient.<field> }}` where a text differs by recipient; `name` is one."""

    address: str
    language: str = "zh"
    name: str = ""
    user_id: int | None = None
    person_id: int | None = None
    channel: str = "email"
    fields: Mapping[str, str] = field(default_factory=dict)

    @property
    def tongue(self) -> str:
        return self.language if self.language in web.LANGUAGES else "zh"


def send(
    template: str,
    to: Sequence[To],
    *,
    community_id: int,
    key: str,
    subject_type: str | None = None,
    subject_id: int | None = None,
    priority: Priority = Priority.NORMAL,
    expires_at: datetime | None = None,
    **data: Any,
) -> Message:
    """Put a message into the outbox, in the caller's transaction. `data` is what the template shows.

    `key` makes a repeated call one message, in twenty threads at once too: the later calls get the first one's row
    and add nothing. Recipients without an address are left out; the same address is written to once.
    """
    about = {"subject_type": subject_type, "subject_id": subject_id}
    head = {"template": template, "priority": int(priority), "community_id": community_id, "expires_at": expires_at}
    message, made = _message(key, {**head, **about})
    recipients = [one for one in to if one.address.strip()]
    if made and recipients:
        _render(message, {(one.channel, one.tongue) for one in recipients}, data)
        _add_once(Delivery, *(_delivery(message, one) for one in recipients))
        ring(priority)
    return message


def send_to(
    template: str,
    audience: sa.Select[Any],
    *,
    community_id: int,
    key: str,
    channel: str = "email",
    subject_type: str | None = None,
    subject_id: int | None = None,
    priority: Priority = Priority.NORMAL,
    expires_at: datetime | None = None,
    **data: Any,
) -> Message:
    """Put a message to many into the outbox, in the caller's transaction: `send`, with the recipients as a SELECT.

    `audience` has a column `address`, in the open, and may have `language`, `person_id` and `user_id`. It is asked
    once, now; who moves in later is not written to. ValueError where the template differs by recipient.
    """
    about = {"subject_type": subject_type, "subject_id": subject_id}
    head = {"template": template, "priority": int(priority), "community_id": community_id, "expires_at": expires_at}
    message, made = _message(key, {**head, **about})
    if made:
        words = _render(message, {(channel, language) for language in web.LANGUAGES}, data)
        if not all(one.same_for_all for one in words):
            raise ValueError(f"{template} differs by recipient: an audience gets the same words")
        if expansion.write_down(message, channel, audience):
            ring(priority)
    return message


def ring(priority: int) -> None:
    """Ring for a worker after the commit; emergencies have their own."""
    urgent = priority == Priority.EMERGENCY
    queue.ring_after_commit(JOB, urgent, queue="urgent" if urgent else "messages")


def ring_for_all() -> None:
    """Ring for both workers after the commit."""
    for priority in (Priority.EMERGENCY, Priority.NORMAL):
        ring(priority)


def notify(
    user_ids: Iterable[int],
    *,
    community_id: int,
    text: str | LazyString,
    url: str,
    key: str,
    subject_type: str | None = None,
    subject_id: int | None = None,
) -> None:
    """A line in the portal for each of these people, once per `key`. A lazy text is kept in each one's language.
    With a subject named, `forget` takes the line away together with what it tells of."""
    wanted = sorted(set(user_ids))
    db.session.flush()
    people = db.metadata.tables["user"].c  # by table, not by model: people stands above the outbox
    languages = db.session.execute(sa.select(people.id, people.language).where(people.id.in_(wanted)))
    common = {
        "community_id": community_id,
        "subject_type": subject_type,
        "subject_id": subject_id,
        "url": url,
        "made_at": clock.now(),
    }
    rows = [
        {**common, "user_id": user_id, "key": f"{key}:{user_id}", "text": _said(text, language)}
        for user_id, language in languages
    ]
    if rows:
        _add_once(Notification, *rows)


def cancel(message: Message, actor: timeline.Actor) -> int:
    """Stop all of it that is not on the wire at this moment; returns how many deliveries were stopped."""
    now, stopped = clock.now(), 0
    # An expansion that runs comes first, and what it made is stopped; a later one sees that there is nothing to do.
    db.session.execute(sa.select(Message.id).where(Message.id == message.id).with_for_update())
    for was in (State.QUEUED, State.SENDING):
        mine = (Delivery.message_id == message.id, Delivery.inflight.is_(False))
        stopped += _moved(move(was, State.CANCELLED, *mine, ended_at=now))
    if message.cancelled_at is None:
        message.cancelled_at = now
        timeline.record(message, "cancelled", actor, became=str(stopped))
    return stopped


def forget(subject_type: str, subject_ids: Sequence[int]) -> int:
    """Delete the messages about rows that are being deleted, with their texts, deliveries and tries, and the
    notifications that name those rows; returns how many messages. What was still waiting is no longer sent."""
    gone = {}
    for model in (Message, Notification):
        about = (model.subject_type == subject_type, model.subject_id.in_(subject_ids))
        deleted = sa.delete(model).where(*about).execution_options(synchronize_session=False)
        gone[model] = cast("sa.CursorResult[Any]", db.session.execute(deleted)).rowcount
    return gone[Message]


def send_again(delivery: Delivery, actor: timeline.Actor, reason: str | None = None) -> bool:
    """Queue a failed or unknown delivery once more, with all its tries; False where it stands elsewhere by now."""
    now = clock.now()
    if delivery.expires_at and delivery.expires_at <= now:
        return False
    fresh = {"not_before": now, "attempts": 0, "crash_count": 0, "error": None, "ended_at": None}
    if not _act(delivery, State.QUEUED, "sent_again", actor, reason, fresh):
        return False
    ring(delivery.priority)
    return True


def give_up(delivery: Delivery, actor: timeline.Actor, reason: str | None = None) -> bool:
    """A person decides that a failed or unknown delivery stays unsent; False where it stands elsewhere by now."""
    return _act(delivery, State.CANCELLED, "given_up", actor, reason, {"ended_at": clock.now()})


def read(user_id: int, community_id: int) -> None:
    """Mark all of the person's notifications there as read."""
    mine = (Notification.user_id == user_id, Notification.community_id == community_id, Notification.read_at.is_(None))
    db.session.execute(sa.update(Notification).where(*mine).values(read_at=clock.now()))


def _act(
    delivery: Delivery, becomes: State, verb: str, actor: timeline.Actor, reason: str | None, values: Mapping[str, Any]
) -> bool:
    was = State(delivery.state)
    if was not in (State.FAILED, State.UNKNOWN) or not _moved(move(was, becomes, Delivery.id == delivery.id, **values)):
        return False
    timeline.record(delivery, verb, actor, was=was, became=becomes, reason=reason)
    return True


def _moved(update: sa.Update) -> int:
    return cast("sa.CursorResult[Any]", db.session.execute(update)).rowcount


def _delivery(message: Message, to: To) -> dict[str, Any]:
    address = to.address.strip()
    now = clock.now()
    return {
        "community_id": message.community_id,
        "message_id": message.id,
        "channel": to.channel,
        "language": to.tongue,
        "address": address,
        "fields": json.dumps({**to.fields, "name": to.name}, ensure_ascii=False),
        "user_id": to.user_id,
        "person_id": to.person_id,
        "key": f"{message.id}:{to.channel}:{blind_index('address', address.lower())}",
        "reference": uuid4().hex,
        "priority": message.priority,
        "made_at": now,
        "not_before": now,
        "expires_at": message.expires_at,
    }


def _message(key: str, head: Mapping[str, Any]) -> tuple[Message, bool]:
    """The message of that key, and whether it was made just now."""
    db.session.flush()  # the rows that the message speaks of come first
    made = _add_once(Message, {**head, "key": key, "made_at": clock.now()})
    return db.session.scalars(sa.select(Message).where(Message.key == key)).one(), made


def _render(message: Message, wanted: set[tuple[str, str]], data: Mapping[str, Any]) -> list[Words]:
    """The words for each wanted channel and language, kept with the message."""
    made = []
    for channel, language in sorted(wanted):
        words = render(message.template, language, message.community, data)
        made.append(words)
        db.session.add(
            MessageText(
                message_id=message.id,
                channel=channel,
                language=language,
                subject=words.subject,
                text=words.text,
                html=words.html,
            )
        )
    return made


def _said(text: str | LazyString, language: str) -> str:
    with force_locale(language):
        return str(text)[:400]


def _add_once(model: type[Any], *rows: Mapping[str, Any]) -> bool:
    return add_once(db.session.connection(), model, rows)
