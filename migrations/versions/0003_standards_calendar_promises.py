"""Standards, calendar, promises"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "calendar_day",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=True),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.ForeignKeyConstraint(["community_id"], ["community.id"], name=op.f("fk_calendar_day_community_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_day")),
        sa.UniqueConstraint("community_id", "day", name=op.f("uq_calendar_day_community_id_day")),
    )
    with op.batch_alter_table("calendar_day", schema=None) as batch_op:
        batch_op.create_index(
            "uq_calendar_day_national",
            ["day"],
            unique=True,
            sqlite_where=sa.text("community_id IS NULL"),
            postgresql_where=sa.text("community_id IS NULL"),
        )

    op.create_table(
        "promise",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("subject_type", sa.String(length=40), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("label", sa.String(length=200), nullable=False),
        sa.Column("path", sa.String(length=200), nullable=False),
        sa.Column("clock", sa.String(length=20), nullable=False),
        sa.Column("standard_key", sa.String(length=40), nullable=False),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.Column("of_the_manual", sa.Boolean(), nullable=False),
        sa.Column("own_time", sa.Boolean(), nullable=False),
        sa.Column("beyond_calendar", sa.Boolean(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("renews_id", sa.Integer(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("first_due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("broken_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("renewed", sa.Boolean(), nullable=False),
        sa.Column("end_reason", sa.Text(), nullable=True),
        sa.Column("paused_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("paused_seconds", sa.Integer(), nullable=False),
        sa.Column("half_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lead_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("director_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reminded_half_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reminded_lead_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("escalated_manager_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("escalated_director_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["community_id"], ["community.id"], name=op.f("fk_promise_community_id")),
        sa.ForeignKeyConstraint(["owner_id"], ["user.id"], name=op.f("fk_promise_owner_id")),
        sa.ForeignKeyConstraint(["renews_id"], ["promise.id"], name=op.f("fk_promise_renews_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_promise")),
    )
    with op.batch_alter_table("promise", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_promise_community_id_made_at"), ["community_id", "made_at"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_promise_community_id_standard_key_made_at"),
            ["community_id", "standard_key", "made_at"],
            unique=False,
        )
        batch_op.create_index(
            "ix_promise_due",
            ["due_at"],
            unique=False,
            sqlite_where=sa.text("kept_at IS NULL AND ended_at IS NULL"),
            postgresql_where=sa.text("kept_at IS NULL AND ended_at IS NULL"),
        )
        batch_op.create_index(
            batch_op.f("ix_promise_escalated_manager_at_broken_at"), ["escalated_manager_at", "broken_at"], unique=False
        )
        batch_op.create_index(
            "ix_promise_open",
            ["community_id", "due_at"],
            unique=False,
            sqlite_where=sa.text("kept_at IS NULL AND ended_at IS NULL"),
            postgresql_where=sa.text("kept_at IS NULL AND ended_at IS NULL"),
        )
        batch_op.create_index(batch_op.f("ix_promise_owner_id_due_at"), ["owner_id", "due_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_promise_renews_id"), ["renews_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_promise_subject_type_subject_id"), ["subject_type", "subject_id"], unique=False
        )

    op.create_table(
        "standard_override",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("standard_key", sa.String(length=40), nullable=False),
        sa.Column("was", sa.Integer(), nullable=False),
        sa.Column("amount", sa.Integer(), nullable=True),
        sa.Column("lead", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=True),
        sa.Column("made_by", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(["community_id"], ["community.id"], name=op.f("fk_standard_override_community_id")),
        sa.ForeignKeyConstraint(["made_by_id"], ["user.id"], name=op.f("fk_standard_override_made_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_standard_override")),
    )
    with op.batch_alter_table("standard_override", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_standard_override_community_id_standard_key_id"),
            ["community_id", "standard_key", "id"],
            unique=False,
        )

    op.create_table(
        "promise_pause",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("promise_id", sa.Integer(), nullable=False),
        sa.Column("from_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("to_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("by", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["user.id"], name=op.f("fk_promise_pause_by_id")),
        sa.ForeignKeyConstraint(["community_id"], ["community.id"], name=op.f("fk_promise_pause_community_id")),
        sa.ForeignKeyConstraint(["promise_id"], ["promise.id"], name=op.f("fk_promise_pause_promise_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_promise_pause")),
    )
    with op.batch_alter_table("promise_pause", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_promise_pause_promise_id"), ["promise_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("promise_pause", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_promise_pause_promise_id"))

    op.drop_table("promise_pause")
    with op.batch_alter_table("standard_override", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_standard_override_community_id_standard_key_id"))

    op.drop_table("standard_override")
    with op.batch_alter_table("promise", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_promise_subject_type_subject_id"))
        batch_op.drop_index(batch_op.f("ix_promise_renews_id"))
        batch_op.drop_index(batch_op.f("ix_promise_owner_id_due_at"))
        batch_op.drop_index(
            "ix_promise_open",
            sqlite_where=sa.text("kept_at IS NULL AND ended_at IS NULL"),
            postgresql_where=sa.text("kept_at IS NULL AND ended_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_promise_escalated_manager_at_broken_at"))
        batch_op.drop_index(
            "ix_promise_due",
            sqlite_where=sa.text("kept_at IS NULL AND ended_at IS NULL"),
            postgresql_where=sa.text("kept_at IS NULL AND ended_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_promise_community_id_standard_key_made_at"))
        batch_op.drop_index(batch_op.f("ix_promise_community_id_made_at"))

    op.drop_table("promise")
    with op.batch_alter_table("calendar_day", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_calendar_day_national",
            sqlite_where=sa.text("community_id IS NULL"),
            postgresql_where=sa.text("community_id IS NULL"),
        )

    op.drop_table("calendar_day")
