"""The answers kept for Idempotency-Key."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "routes_0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create routes_idempotency."""
    op.create_table(
        "routes_idempotency",
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("request", sa.String(64), nullable=False),
        sa.Column("answer", sa.LargeBinary(), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_routes_idempotency")),
    )
    op.create_index(op.f("ix_routes_idempotency_expires_at"), "routes_idempotency", ["expires_at"])


def downgrade() -> None:
    """Drop routes_idempotency."""
    op.drop_index(op.f("ix_routes_idempotency_expires_at"), table_name="routes_idempotency")
    op.drop_table("routes_idempotency")
