"""Audiences: who a message is for, on the way to deliveries"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

WAITING = sa.text("position < size")


def upgrade() -> None:
    op.create_table(
        "audience",
        sa.Column("message_id", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["message_id"], ["message.id"], name=op.f("fk_audience_message_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("message_id", name=op.f("pk_audience")),
    )
    op.create_index("ix_audience_waiting", "audience", ["message_id"], sqlite_where=WAITING, postgresql_where=WAITING)
    op.create_table(
        "audience_member",
        sa.Column("message_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("address", sa.String(length=200), nullable=False),
        sa.Column("language", sa.String(length=5), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["message_id"],
            ["audience.message_id"],
            name=op.f("fk_audience_member_message_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("message_id", "position", name=op.f("pk_audience_member")),
    )


def downgrade() -> None:
    op.drop_table("audience_member")
    op.drop_index("ix_audience_waiting", "audience")
    op.drop_table("audience")
