"""Generations and their progress."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "services_0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create services_generations and services_progress."""
    op.create_table(
        "services_generations",
        sa.Column("person_id", sa.String(64), nullable=False),
        sa.Column("idea", sa.Text(), nullable=False),
        sa.Column("needs", sa.JSON(), nullable=False),
        sa.Column("proposal", sa.JSON(), nullable=False),
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column("template", sa.String(64), nullable=False),
        sa.Column("proposer", sa.String(80), nullable=False),
        sa.Column("model", sa.String(120), nullable=False),
        sa.Column("tier", sa.String(20), nullable=False),
        sa.Column("confidence", sa.Float(), nullable=False),
        sa.Column("status", sa.String(12), nullable=False),
        sa.Column("task", sa.String(64), nullable=False),
        sa.Column("files", sa.String(64), nullable=True),
        sa.Column("archive", sa.String(64), nullable=True),
        sa.Column("archive_size", sa.Integer(), nullable=False),
        sa.Column("log", sa.String(64), nullable=True),
        sa.Column("checks", sa.JSON(), nullable=False),
        sa.Column("durations", sa.JSON(), nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_services_generations")),
    )
    op.create_index(op.f("ix_services_generations_person_id"), "services_generations", ["person_id"])
    op.create_index(op.f("ix_services_generations_status"), "services_generations", ["status"])
    op.create_table(
        "services_progress",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("generation_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("step", sa.String(20), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("message", sa.String(300), nullable=False),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["generation_id"],
            ["services_generations.id"],
            name=op.f("fk_services_progress_generation_id_services_generations"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_services_progress")),
        sa.UniqueConstraint("generation_id", "number", name=op.f("uq_services_progress_generation_id")),
    )


def downgrade() -> None:
    """Drop both tables."""
    op.drop_table("services_progress")
    op.drop_index(op.f("ix_services_generations_status"), table_name="services_generations")
    op.drop_index(op.f("ix_services_generations_person_id"), table_name="services_generations")
    op.drop_table("services_generations")
