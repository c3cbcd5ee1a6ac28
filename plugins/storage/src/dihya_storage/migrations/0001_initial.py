"""Who holds which bytes."""

import sqlalchemy as sa
from alembic import op

revision = "storage_0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "storage_blobs",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("media_type", sa.String(127), nullable=False),
        sa.Column("filename", sa.String(255), nullable=False),
        sa.Column("owner", sa.String(64), nullable=False),
        sa.Column("purpose", sa.String(100), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_storage_blobs")),
        sa.UniqueConstraint("digest", "owner", "purpose", name=op.f("uq_storage_blobs_digest")),
    )
    op.create_index(op.f("ix_storage_blobs_owner"), "storage_blobs", ["owner"])


def downgrade() -> None:
    op.drop_table("storage_blobs")
