"""Adding rows that may be there already, alike on SQLite and PostgreSQL."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.dialects import postgresql, sqlite


def add_once(connection: Connection, model: type[Any], rows: Sequence[Mapping[str, Any]], unique: str = "key") -> bool:
    """Insert the rows whose `unique` column is not there yet; a rival's open transaction is waited for.
    Whether any was added."""
    table = model.__table__
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    once = dialect.insert(table).on_conflict_do_nothing(index_elements=[unique]).returning(table.c[unique])
    return bool(connection.execute(once, list(rows)).all())
