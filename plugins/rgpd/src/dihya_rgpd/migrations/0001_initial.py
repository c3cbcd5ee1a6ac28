"""Receipts of demands, marks of who has retained rows, holds."""

import sqlalchemy as sa
from alembic import op

revision = "rgpd_0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "rgpd_demands",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("subjects", sa.JSON(), nullable=False),
        sa.Column("result", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_rgpd_demands"),
    )
    op.create_index("ix_rgpd_demands_state", "rgpd_demands", ["state"])
    op.create_table(
        "rgpd_retained",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("subject_table", sa.String(120), nullable=False),
        sa.Column("subject_key", sa.String(200), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_rgpd_retained"),
        sa.UniqueConstraint("subject_table", "subject_key", "digest", name="uq_rgpd_retained_subject_table"),
    )
    op.create_index("ix_rgpd_retained_subject_key", "rgpd_retained", ["subject_key"])
    op.create_index("ix_rgpd_retained_digest", "rgpd_retained", ["digest"])
    op.create_table(
        "rgpd_holds",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("subject_table", sa.String(120), nullable=False),
        sa.Column("subject_key", sa.String(200), nullable=False),
        sa.Column("reason", sa.String(500), nullable=False),
        sa.Column("placed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_rgpd_holds"),
        sa.UniqueConstraint("subject_table", "subject_key", name="uq_rgpd_holds_subject_table"),
    )


def downgrade() -> None:
    op.drop_table("rgpd_holds")
    op.drop_index("ix_rgpd_retained_digest", "rgpd_retained")
    op.drop_index("ix_rgpd_retained_subject_key", "rgpd_retained")
    op.drop_table("rgpd_retained")
    op.drop_index("ix_rgpd_demands_state", "rgpd_demands")
    op.drop_table("rgpd_demands")
