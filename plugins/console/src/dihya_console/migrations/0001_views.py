"""Views of lists."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "console_0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create console_views."""
    op.create_table(
        "console_views",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person", sa.String(64), nullable=False),
        sa.Column("plugin", sa.String(64), nullable=False),
        sa.Column("resource", sa.String(64), nullable=False),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("question", sa.String(2000), nullable=False),
        sa.Column("shared", sa.Boolean(), nullable=False),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_console_views")),
    )
    op.create_index(op.f("ix_console_views_person"), "console_views", ["person"])
    op.create_index(op.f("ix_console_views_plugin_resource"), "console_views", ["plugin", "resource"])


def downgrade() -> None:
    """Drop console_views."""
    op.drop_table("console_views")
