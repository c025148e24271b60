"""Many rows at once, without an object for each: reserved ids, inserts and updates in batches."""

from collections.abc import Iterator, Sequence
from typing import Any, TypeVar

import sqlalchemy as sa

from portal.db import db
from portal.secret import Encrypted

Values = dict[str, Any]
Item = TypeVar("Item")
ROWS_A_STEP = 5000
MOST_PARAMETERS = 500


def chunks(items: Sequence[Item], size: int) -> Iterator[Sequence[Item]]:
    for start in range(0, len(items), size):
        yield items[start : start + size]


def raw(table: Any) -> sa.TableClause:
    """The table with its sealed columns as plain bytes: what is sealed already goes in as it is."""
    columns = table.__table__.columns
    return sa.table(
        table.__tablename__,
        *(sa.column(c.name, sa.LargeBinary() if isinstance(c.type, Encrypted) else c.type) for c in columns),
    )


def insert(table: Any, rows: Sequence[Values]) -> None:
    """All rows have the same columns."""
    if rows:
        db.session.connection().execute(sa.insert(raw(table)), list(rows))


def update(table: Any, changes: Sequence[tuple[int, Values]]) -> None:
    """Id and new values of each row; rows that change the same columns go together."""
    together: dict[tuple[str, ...], list[Values]] = {}
    for row_id, values in changes:
        names = tuple(sorted(values))
        together.setdefault(names, []).append({"row_id": row_id, **{f"new_{name}": values[name] for name in names}})
    clause = raw(table)
    for names, rows in together.items():
        sets = {name: sa.bindparam(f"new_{name}", type_=clause.c[name].type) for name in names}
        statement = sa.update(clause).where(clause.c.id == sa.bindparam("row_id")).values(**sets)
        db.session.connection().execute(statement, rows)


def reserve(table: Any, count: int) -> Sequence[int]:
    """Ids that no other transaction will take. On SQLite this transaction holds the write lock already."""
    if not count:
        return ()
    if db.session.connection().dialect.name == "sqlite":
        last = db.session.scalar(sa.select(sa.func.max(table.id))) or 0
        return range(last + 1, last + count + 1)
    query = sa.text("SELECT nextval(pg_get_serial_sequence(:name, 'id')) FROM generate_series(1, :count)")
    return list(db.session.scalars(query, {"name": table.__tablename__, "count": count}))
