"""Kiosk screens"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "kiosk_draft",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("device_id", sa.Integer(), nullable=False),
        sa.Column("key_hash", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("answers", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_kiosk_draft_case_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["community_id"], ["community.id"], name=op.f("fk_kiosk_draft_community_id")),
        sa.ForeignKeyConstraint(["device_id"], ["kiosk_device.id"], name=op.f("fk_kiosk_draft_device_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kiosk_draft")),
        sa.UniqueConstraint("key_hash", name=op.f("uq_kiosk_draft_key_hash")),
    )
    with op.batch_alter_table("kiosk_draft", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_kiosk_draft_device_id"), ["device_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_kiosk_draft_made_at"), ["made_at"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("kiosk_draft", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_kiosk_draft_made_at"))
        batch_op.drop_index(batch_op.f("ix_kiosk_draft_device_id"))

    op.drop_table("kiosk_draft")
