"""Counters of sequences."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "db_0002"
down_revision = "db_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create db_counters."""
    op.create_table(
        "db_counters",
        sa.Column("sequence", sa.String(120), nullable=False),
        sa.Column("scope", sa.String(32), nullable=False),
        sa.Column("plugin", sa.String(64), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("sequence", "scope", name=op.f("pk_db_counters")),
    )


def downgrade() -> None:
    """Drop db_counters."""
    op.drop_table("db_counters")
