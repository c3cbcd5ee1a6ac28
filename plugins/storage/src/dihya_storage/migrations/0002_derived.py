"""Files that were made of others."""

import sqlalchemy as sa
from alembic import op

revision = "storage_0002"
down_revision = "storage_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; no file that is there was made of another."""
    op.add_column("storage_blobs", sa.Column("derived_from", sa.String(64), server_default="", nullable=False))


def downgrade() -> None:
    """Drop the column."""
    with op.batch_alter_table("storage_blobs") as table:
        table.drop_column("derived_from")
