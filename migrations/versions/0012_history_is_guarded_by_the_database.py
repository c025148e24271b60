"""History and audit are guarded by the database: no statement changes what was written

A visit's history alone may be deleted, with the visit (PIPL art. 47). SQLite drops triggers with the table: a later
migration that copies one of these tables calls `guard` again.
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

WORDS = "history is only ever added to"
GUARDS = (
    ("audit_entry_unchanged", "UPDATE", "audit_entry", ""),
    ("audit_entry_undeleted", "DELETE", "audit_entry", ""),
    ("timeline_entry_unchanged", "UPDATE", "timeline_entry", ""),
    ("timeline_entry_undeleted", "DELETE", "timeline_entry", "WHEN (OLD.subject_type <> 'visit')"),
)


def guard() -> None:
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    if not is_sqlite:
        raised = f"BEGIN RAISE EXCEPTION '{WORDS}'; END"
        op.execute(sa.text(f"CREATE FUNCTION only_added() RETURNS trigger LANGUAGE plpgsql AS $$ {raised} $$"))
    body = f"BEGIN SELECT RAISE(ABORT, '{WORDS}'); END" if is_sqlite else "EXECUTE FUNCTION only_added()"
    for name, act, table, when in GUARDS:
        op.execute(sa.text(f"CREATE TRIGGER {name} BEFORE {act} ON {table} FOR EACH ROW {when} {body}"))


def upgrade() -> None:
    guard()


def downgrade() -> None:
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    for name, _act, table, _when in GUARDS:
        op.execute(sa.text(f"DROP TRIGGER {name}" if is_sqlite else f"DROP TRIGGER {name} ON {table}"))
    if not is_sqlite:
        op.execute(sa.text("DROP FUNCTION only_added()"))
