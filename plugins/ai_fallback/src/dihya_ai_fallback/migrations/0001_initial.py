"""The quota counters and their reservations."""

import sqlalchemy as sa
from alembic import op

revision = "ai_fallback_0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "ai_fallback_quotas",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person", sa.String(64), nullable=False),
        sa.Column("day", sa.String(10), nullable=False),
        sa.Column("used", sa.Integer(), nullable=False),
        sa.Column("reserved", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ai_fallback_quotas")),
        sa.UniqueConstraint("person", "day", name=op.f("uq_ai_fallback_quotas_person")),
    )
    op.create_table(
        "ai_fallback_reservations",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("quota_id", sa.Uuid(), nullable=False),
        sa.Column("person", sa.String(64), nullable=False),
        sa.Column("tokens", sa.Integer(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ai_fallback_reservations")),
    )
    op.create_index(
        op.f("ix_ai_fallback_reservations_quota_id"), "ai_fallback_reservations", ["quota_id"], unique=False
    )


def downgrade() -> None:
    op.drop_table("ai_fallback_reservations")
    op.drop_table("ai_fallback_quotas")
