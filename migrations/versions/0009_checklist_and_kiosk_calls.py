"""Checklist and kiosk calls"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "checklist_item",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("group", sa.String(length=20), nullable=False),
        sa.Column("text", sa.String(length=120), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["community_id"], ["community.id"], name=op.f("fk_checklist_item_community_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_checklist_item")),
    )
    with op.batch_alter_table("checklist_item", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_checklist_item_community_id"), ["community_id"], unique=False)

    op.create_table(
        "checklist_tick",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("ticked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ticked_by_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["community_id"], ["community.id"], name=op.f("fk_checklist_tick_community_id")),
        sa.ForeignKeyConstraint(["item_id"], ["checklist_item.id"], name=op.f("fk_checklist_tick_item_id")),
        sa.ForeignKeyConstraint(["ticked_by_id"], ["user.id"], name=op.f("fk_checklist_tick_ticked_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_checklist_tick")),
        sa.UniqueConstraint("item_id", "day", name=op.f("uq_checklist_tick_item_id_day")),
    )
    with op.batch_alter_table("checklist_tick", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_checklist_tick_community_id_day"), ["community_id", "day"], unique=False)

    op.create_table(
        "kiosk_call",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("device_id", sa.Integer(), nullable=False),
        sa.Column("place", sa.String(length=60), nullable=False),
        sa.Column("called_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("taken_by_id", sa.Integer(), nullable=True),
        sa.Column("called_off_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["community_id"], ["community.id"], name=op.f("fk_kiosk_call_community_id")),
        sa.ForeignKeyConstraint(["device_id"], ["kiosk_device.id"], name=op.f("fk_kiosk_call_device_id")),
        sa.ForeignKeyConstraint(["taken_by_id"], ["user.id"], name=op.f("fk_kiosk_call_taken_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kiosk_call")),
    )
    with op.batch_alter_table("kiosk_call", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_kiosk_call_community_id_called_at"), ["community_id", "called_at"], unique=False
        )
        batch_op.create_index(
            "uq_kiosk_call_ringing",
            ["device_id"],
            unique=True,
            sqlite_where=sa.text("taken_at IS NULL AND called_off_at IS NULL"),
            postgresql_where=sa.text("taken_at IS NULL AND called_off_at IS NULL"),
        )


def downgrade() -> None:
    with op.batch_alter_table("kiosk_call", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_kiosk_call_ringing",
            sqlite_where=sa.text("taken_at IS NULL AND called_off_at IS NULL"),
            postgresql_where=sa.text("taken_at IS NULL AND called_off_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_kiosk_call_community_id_called_at"))

    op.drop_table("kiosk_call")
    with op.batch_alter_table("checklist_tick", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_checklist_tick_community_id_day"))

    op.drop_table("checklist_tick")
    with op.batch_alter_table("checklist_item", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_checklist_item_community_id"))

    op.drop_table("checklist_item")
