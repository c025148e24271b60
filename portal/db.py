"""The database: one declarative base, column types, and transactions that say beforehand whether they write.

A GET request reads: its transaction is a read-only one, on SQLite and on PostgreSQL, so that a write hidden in
a page fails at once. Everything else writes, and on SQLite takes the write lock at its start (BEGIN IMMEDIATE):
two writers then wait for each other and neither overwrites what it has not read.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from flask import has_request_context, request
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import event
from sqlalchemy.engine import Connection, Dialect, Engine
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.types import TypeDecorator

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
# secure_delete: what is deleted or changed is overwritten in the file; many builds of SQLite leave it there.
PRAGMAS = ("journal_mode=WAL", "synchronous=NORMAL", "busy_timeout=15000", "foreign_keys=ON", "secure_delete=ON")
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
_apart: ContextVar[bool] = ContextVar("apart", default=False)


class Base(DeclarativeBase):
    metadata = sa.MetaData(naming_convention=NAMES)


db = SQLAlchemy(model_class=Base)
migrate = Migrate(directory="migrations", render_as_batch=True)

if TYPE_CHECKING:
    Model = Base
else:
    Model = db.Model


class Instant(TypeDecorator[datetime]):
    """An aware datetime, kept in UTC. A naive one is refused: it does not say which moment it means."""

    impl = sa.DateTime
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> Any:
        return dialect.type_descriptor(sa.DateTime(timezone=True))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs its time zone")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def reading() -> bool:
    """Whether a transaction that begins now may only read."""
    return has_request_context() and request.method in SAFE_METHODS and not _apart.get()


@contextmanager
def apart() -> Iterator[Session]:
    """A short transaction of its own, committed at the end, for what must be kept whatever the request does:
    a refused access, a look at a visitor's record. It may write in a GET."""
    token = _apart.set(True)
    try:
        with Session(db.engine) as session, session.begin():
            yield session
    finally:
        _apart.reset(token)


@event.listens_for(Engine, "connect")
def _prepare(connection: Any, _record: Any) -> None:
    if isinstance(connection, sqlite3.Connection):
        connection.isolation_level = None
        for pragma in PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")


@event.listens_for(Engine, "begin")
def _begin(connection: Connection) -> None:
    only_reads = reading()
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(f"PRAGMA query_only={'ON' if only_reads else 'OFF'}")
        connection.exec_driver_sql("BEGIN" if only_reads else "BEGIN IMMEDIATE")
    elif only_reads:
        connection.exec_driver_sql("SET TRANSACTION READ ONLY")
