"""Requests of people, and restrictions."""

import sqlalchemy as sa
from alembic import op

revision = "rgpd_0002"
down_revision = "rgpd_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "rgpd_requests",
        sa.Column("who", sa.String(120), nullable=False),
        sa.Column("email", sa.String(254), nullable=True),
        sa.Column("asks", sa.String(40), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("wish", sa.Text(), nullable=True),
        sa.Column("identity", sa.String(40), nullable=False),
        sa.Column("longer", sa.Boolean(), nullable=False),
        sa.Column("why_longer", sa.Text(), nullable=True),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_rgpd_requests"),
    )
    op.create_index("ix_rgpd_requests_state", "rgpd_requests", ["state"])
    op.create_index("ix_rgpd_requests_due_on", "rgpd_requests", ["due_on"])
    op.create_table(
        "rgpd_restrictions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("subject_table", sa.String(120), nullable=False),
        sa.Column("subject_key", sa.String(200), nullable=False),
        sa.Column("reason", sa.String(500), nullable=False),
        sa.Column("placed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_rgpd_restrictions"),
        sa.UniqueConstraint("subject_table", "subject_key", name="uq_rgpd_restrictions_subject_table"),
    )


def downgrade() -> None:
    op.drop_table("rgpd_restrictions")
    op.drop_index("ix_rgpd_requests_due_on", "rgpd_requests")
    op.drop_index("ix_rgpd_requests_state", "rgpd_requests")
    op.drop_table("rgpd_requests")
