"""Runs the migrations on the application's database, each in a transaction of its own.

On SQLite a table is changed by copying it (batch mode). With foreign keys on, dropping the old copy would delete
the rows of its children, so they are off while migrations run, and checked at the end.
"""

from typing import Any

from alembic import context
from flask import current_app
from sqlalchemy.engine import Connection

from portal.db import Base, Instant
from portal.secret import Encrypted

database = current_app.extensions["migrate"].db


def render_item(kind: str, item: Any, autogen_context: Any) -> str | bool:
    """Migrations must not change when the application does: its own types are written as what they store."""
    if kind == "type" and isinstance(item, Instant):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(item, Encrypted):
        return "sa.LargeBinary()"
    return False


def run(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_item=render_item,
        render_as_batch=True,
        compare_type=True,
        transactional_ddl=True,
        transaction_per_migration=True,
        **current_app.config.get("ALEMBIC_CONTEXT", {}),
    )
    with context.begin_transaction():
        context.run_migrations()


with database.engine.connect() as connection:
    if connection.dialect.name != "sqlite":
        run(connection)
    else:
        raw: Any = connection.connection.driver_connection
        raw.execute("PRAGMA foreign_keys=OFF")
        try:
            run(connection)
            broken = raw.execute("PRAGMA foreign_key_check").fetchall()
            if broken:
                raise RuntimeError(f"rows without their parents after migrating: {broken[:5]}")
        finally:
            raw.execute("PRAGMA foreign_keys=ON")
