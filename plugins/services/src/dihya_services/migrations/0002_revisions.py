"""Changes of the structure of a draft."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "services_0002"
down_revision = "services_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create services_revisions."""
    op.create_table(
        "services_revisions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("generation_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.String(64), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("made", sa.Integer(), nullable=False),
        sa.Column("structure", sa.JSON(), nullable=False),
        sa.Column("said", sa.JSON(), nullable=False),
        sa.Column("undone", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["generation_id"],
            ["services_generations.id"],
            name=op.f("fk_services_revisions_generation_id_services_generations"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_services_revisions")),
        sa.UniqueConstraint("generation_id", "number", name=op.f("uq_services_revisions_generation_id")),
    )
    op.create_index(op.f("ix_services_revisions_person_id"), "services_revisions", ["person_id"])


def downgrade() -> None:
    """Drop services_revisions."""
    op.drop_table("services_revisions")
