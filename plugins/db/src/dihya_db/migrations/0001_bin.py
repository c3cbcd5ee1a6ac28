"""The bin."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "db_0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create db_bin."""
    op.create_table(
        "db_bin",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("entry", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("plugin", sa.String(64), nullable=False),
        sa.Column("source", sa.String(120), nullable=False),
        sa.Column("key", sa.String(200), nullable=False),
        sa.Column("act", sa.String(64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("by", sa.String(64), nullable=True),
        sa.Column("person_table", sa.String(120), nullable=True),
        sa.Column("person", sa.String(64), nullable=True),
        sa.Column("values", sa.JSON(), nullable=False),
        sa.Column("secrets", sa.JSON(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_db_bin")),
    )
    op.create_index(op.f("ix_db_bin_entry"), "db_bin", ["entry"])
    op.create_index(op.f("ix_db_bin_ends_on"), "db_bin", ["ends_on"])
    op.create_index(op.f("ix_db_bin_person"), "db_bin", ["person"])
    op.create_index("ix_db_bin_source_key", "db_bin", ["source", "key"])


def downgrade() -> None:
    """Drop db_bin."""
    for name in ("ix_db_bin_source_key", "ix_db_bin_person", "ix_db_bin_ends_on", "ix_db_bin_entry"):
        op.drop_index(name, table_name="db_bin")
    op.drop_table("db_bin")
