"""Readers and loans."""

import sqlalchemy as sa
from alembic import op

revision = "shelf_0001"
down_revision = None


def _record() -> list[sa.Column]:
    return [
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
    ]


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "shelf_readers",
        *_record(),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("email", sa.String(254), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shelf_readers")),
    )
    op.create_table(
        "shelf_loans",
        *_record(),
        sa.Column("reader_id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.String(120), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("out", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["reader_id"], ["shelf_readers.id"], name=op.f("fk_shelf_loans_reader_id_shelf_readers")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shelf_loans")),
    )
    op.create_index(op.f("ix_shelf_loans_reader_id"), "shelf_loans", ["reader_id"])


def downgrade() -> None:
    """Drop them."""
    op.drop_table("shelf_loans")
    op.drop_table("shelf_readers")
