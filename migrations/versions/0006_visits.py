"""Visits"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "retention_receipt",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("keep_days", sa.Integer(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["community_id"], ["community.id"], name=op.f("fk_retention_receipt_community_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_retention_receipt")),
    )
    with op.batch_alter_table("retention_receipt", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_retention_receipt_community_id"), ["community_id"], unique=False)

    op.create_table(
        "visit_count",
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("visits", sa.Integer(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["community_id"], ["community.id"], name=op.f("fk_visit_count_community_id")),
        sa.PrimaryKeyConstraint("community_id", "day", "kind", name=op.f("pk_visit_count")),
    )
    op.create_table(
        "visit_rule",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("arrival", sa.String(length=10), nullable=False),
        sa.Column("limit_minutes", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["community_id"], ["community.id"], name=op.f("fk_visit_rule_community_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visit_rule")),
        sa.UniqueConstraint("community_id", "kind", name=op.f("uq_visit_rule_community_id_kind")),
    )
    op.create_table(
        "visit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("channel", sa.String(length=10), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("household_id", sa.Integer(), nullable=True),
        sa.Column("number", sa.LargeBinary(), nullable=False),
        sa.Column("number_hash", sa.String(length=64), nullable=False),
        sa.Column("name", sa.LargeBinary(), nullable=True),
        sa.Column("name_hash", sa.String(length=64), nullable=True),
        sa.Column("phone", sa.LargeBinary(), nullable=True),
        sa.Column("phone_hash", sa.String(length=64), nullable=True),
        sa.Column("tail_hash", sa.String(length=64), nullable=True),
        sa.Column("document", sa.LargeBinary(), nullable=True),
        sa.Column("document_hash", sa.String(length=64), nullable=True),
        sa.Column("document_consent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("plate", sa.LargeBinary(), nullable=True),
        sa.Column("plate_hash", sa.String(length=64), nullable=True),
        sa.Column("purpose", sa.String(length=20), nullable=True),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("entries_allowed", sa.Integer(), nullable=False),
        sa.Column("entries", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.String(length=10), nullable=True),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("leave_by", sa.DateTime(timezone=True), nullable=True),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("keep_days", sa.Integer(), nullable=False),
        sa.Column("forget_on", sa.Date(), nullable=False),
        sa.Column("form_key", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(["community_id"], ["community.id"], name=op.f("fk_visit_community_id")),
        sa.ForeignKeyConstraint(["household_id"], ["household.id"], name=op.f("fk_visit_household_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_visit_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visit")),
        sa.UniqueConstraint("community_id", "number_hash", name=op.f("uq_visit_community_id_number_hash")),
        sa.UniqueConstraint("form_key", name=op.f("uq_visit_form_key")),
    )
    with op.batch_alter_table("visit", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_visit_community_id"), ["community_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_visit_community_id_made_at"), ["community_id", "made_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_visit_community_id_state"), ["community_id", "state"], unique=False)
        batch_op.create_index(batch_op.f("ix_visit_document_hash"), ["document_hash"], unique=False)
        batch_op.create_index(batch_op.f("ix_visit_forget_on"), ["forget_on"], unique=False)
        batch_op.create_index(batch_op.f("ix_visit_household_id"), ["household_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_visit_leave_by"), ["leave_by"], unique=False)
        batch_op.create_index(batch_op.f("ix_visit_name_hash"), ["name_hash"], unique=False)
        batch_op.create_index(batch_op.f("ix_visit_phone_hash"), ["phone_hash"], unique=False)
        batch_op.create_index(batch_op.f("ix_visit_plate_hash"), ["plate_hash"], unique=False)
        batch_op.create_index(batch_op.f("ix_visit_tail_hash"), ["tail_hash"], unique=False)
        batch_op.create_index(batch_op.f("ix_visit_unit_id"), ["unit_id"], unique=False)

    op.create_table(
        "visit_draft",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("community_id", sa.Integer(), nullable=False),
        sa.Column("kiosk_id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("answers", sa.LargeBinary(), nullable=False),
        sa.Column("touched_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("visit_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["community_id"], ["community.id"], name=op.f("fk_visit_draft_community_id")),
        sa.ForeignKeyConstraint(["kiosk_id"], ["kiosk_device.id"], name=op.f("fk_visit_draft_kiosk_id")),
        sa.ForeignKeyConstraint(["visit_id"], ["visit.id"], name=op.f("fk_visit_draft_visit_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visit_draft")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_visit_draft_token_hash")),
    )
    with op.batch_alter_table("visit_draft", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_visit_draft_kiosk_id"), ["kiosk_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_visit_draft_touched_at"), ["touched_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_visit_draft_visit_id"), ["visit_id"], unique=False)

    op.create_table(
        "visit_group",
        sa.Column("visit_id", sa.Integer(), nullable=False),
        sa.Column("organisation", sa.String(length=80), nullable=False),
        sa.Column("guide_id", sa.Integer(), nullable=True),
        sa.Column("meeting_place", sa.String(length=80), nullable=True),
        sa.Column("meet_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lead_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("see_off_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("met_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("led_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("seen_off_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["guide_id"], ["user.id"], name=op.f("fk_visit_group_guide_id")),
        sa.ForeignKeyConstraint(["visit_id"], ["visit.id"], name=op.f("fk_visit_group_visit_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("visit_id", name=op.f("pk_visit_group")),
    )
    with op.batch_alter_table("visit_group", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_visit_group_guide_id"), ["guide_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("visit_group", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_visit_group_guide_id"))

    op.drop_table("visit_group")
    with op.batch_alter_table("visit_draft", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_visit_draft_visit_id"))
        batch_op.drop_index(batch_op.f("ix_visit_draft_touched_at"))
        batch_op.drop_index(batch_op.f("ix_visit_draft_kiosk_id"))

    op.drop_table("visit_draft")
    with op.batch_alter_table("visit", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_visit_unit_id"))
        batch_op.drop_index(batch_op.f("ix_visit_tail_hash"))
        batch_op.drop_index(batch_op.f("ix_visit_plate_hash"))
        batch_op.drop_index(batch_op.f("ix_visit_phone_hash"))
        batch_op.drop_index(batch_op.f("ix_visit_name_hash"))
        batch_op.drop_index(batch_op.f("ix_visit_leave_by"))
        batch_op.drop_index(batch_op.f("ix_visit_household_id"))
        batch_op.drop_index(batch_op.f("ix_visit_forget_on"))
        batch_op.drop_index(batch_op.f("ix_visit_document_hash"))
        batch_op.drop_index(batch_op.f("ix_visit_community_id_state"))
        batch_op.drop_index(batch_op.f("ix_visit_community_id_made_at"))
        batch_op.drop_index(batch_op.f("ix_visit_community_id"))

    op.drop_table("visit")
    op.drop_table("visit_rule")
    op.drop_table("visit_count")
    with op.batch_alter_table("retention_receipt", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_retention_receipt_community_id"))

    op.drop_table("retention_receipt")
