"""People and their pictures."""

import sqlalchemy as sa
from alembic import op

revision = "album_0001"
down_revision = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "album_people",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("email", sa.String(254), nullable=False),
        sa.Column("picture", sa.String(64), nullable=True),
        sa.Column("brought_by", sa.String(64), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_album_people")),
    )


def downgrade() -> None:
    """Drop it."""
    op.drop_table("album_people")
