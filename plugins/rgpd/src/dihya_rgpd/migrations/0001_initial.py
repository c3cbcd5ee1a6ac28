"""Receipts of demands."""

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
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rgpd_demands")),
    )
    op.create_index(op.f("ix_rgpd_demands_state"), "rgpd_demands", ["state"])


def downgrade() -> None:
    op.drop_table("rgpd_demands")
