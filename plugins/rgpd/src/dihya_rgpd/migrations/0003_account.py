"""Requests that somebody sends from their own account."""

import sqlalchemy as sa
from alembic import op

revision = "rgpd_0003"
down_revision = "rgpd_0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("rgpd_requests", sa.Column("account", sa.String(200), nullable=True))
    op.create_index("ix_rgpd_requests_account", "rgpd_requests", ["account"])


def downgrade() -> None:
    op.drop_index("ix_rgpd_requests_account", "rgpd_requests")
    with op.batch_alter_table("rgpd_requests") as table:
        table.drop_column("account")
