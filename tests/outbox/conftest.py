"""A letter to send, a moody SMTP peer to send it to, and a short way to do both."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from jinja2 import ChoiceLoader, DictLoader
from sqlalchemy.orm import Session

from portal.db import db
from portal.outbox import operations as outbox
from portal.outbox.models import Delivery, DeliveryAttempt, Message
from portal.outbox.operations import To
from tests.cast import Cast
from tests.outbox.peer import Moody, moody

Rows = Callable[[sa.Select[Any]], list[Any]]
LETTERS = {
    "email/_test/subject.txt": "{{ said }}",
    "email/_test/body.txt": """{% extends 'email/_layout.txt' %}
        {% block body %}{{ said }} {{ language }}{% endblock %}""",
    "email/_test/body.html": """{% extends 'email/_layout.html' %}
        {% block body %}<p>{{ said }}</p>{% endblock %}""",
    "email/_dear/subject.txt": "{{ recipient.name }}: {{ said }}",
    "email/_dear/body.txt": "{{ recipient.name }} {{ recipient.link }} {{ said }}",
    "email/_dear/body.html": "<a href='{{ recipient.link }}'>{{ recipient.name }}</a> {{ said }}",
}


@pytest.fixture(autouse=True)
def letters(app: Flask) -> Iterator[None]:
    """Templates `_test` (the same for all) and `_dear` (by recipient); both show `said`."""
    before = app.jinja_env.loader
    assert before is not None
    app.jinja_env.loader = ChoiceLoader([before, DictLoader(LETTERS)])
    yield
    app.jinja_env.loader = before


@pytest.fixture
def peer(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[Moody]:
    with moody() as made:
        monkeypatch.setitem(app.config, "SMTP_URL", made.url)
        yield made


@pytest.fixture
def write(cast: Cast) -> Callable[..., Message]:
    """`write("a@x.test", "b@x.test", priority=…)`: a committed message to these addresses."""

    def send(*addresses: str, template: str = "_test", key: str = "k", said: str = "你好", **more: Any) -> Message:
        to = [To(address) for address in addresses]
        message = outbox.send(template, to, community_id=cast.community.id, key=key, said=said, **more)
        db.session.commit()
        return message

    return send


@pytest.fixture
def rows(app: Flask) -> Rows:
    """`rows(sa.select(…))`: what the database holds now, read in a transaction that is over, detached."""

    def read(query: sa.Select[Any]) -> list[Any]:
        db.session.commit()  # on SQLite one transaction at a time may write, and the test's own would be the one
        with Session(db.engine, expire_on_commit=False) as session:
            return list(session.scalars(query))

    return read


@pytest.fixture
def states(rows: Rows) -> Callable[[], dict[str, str]]:
    """Where each delivery stands, by address."""
    return lambda: {row.address: row.state for row in rows(sa.select(Delivery).order_by(Delivery.id))}


@pytest.fixture
def one(rows: Rows) -> Callable[[str], Delivery]:
    """The delivery to that address, detached."""
    return lambda address: next(row for row in rows(sa.select(Delivery)) if row.address == address)


@pytest.fixture
def tries(rows: Rows) -> Callable[[Delivery], list[str]]:
    """How each try of the delivery ended."""

    def read(delivery: Delivery) -> list[str]:
        mine = DeliveryAttempt.delivery_id == delivery.id
        return rows(sa.select(DeliveryAttempt.outcome).where(mine).order_by(DeliveryAttempt.id))

    return read
