"""The ledger of consents, objections, and to what a request objects."""

import sqlalchemy as sa
from alembic import op

revision = "rgpd_0004"
down_revision = "rgpd_0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "rgpd_consents",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("subject_table", sa.String(120), nullable=False),
        sa.Column("subject_key", sa.String(200), nullable=False),
        sa.Column("purpose", sa.String(120), nullable=False),
        sa.Column("fact", sa.String(40), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("how", sa.String(40), nullable=True),
        sa.Column("words", sa.Text(), nullable=True),
        sa.Column("digest", sa.String(64), nullable=True),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("noted_by", sa.String(200), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_rgpd_consents"),
    )
    op.create_index("ix_rgpd_consents_subject_key", "rgpd_consents", ["subject_key", "purpose"])
    op.create_table(
        "rgpd_objections",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("subject_table", sa.String(120), nullable=False),
        sa.Column("subject_key", sa.String(200), nullable=False),
        sa.Column("purpose", sa.String(120), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("grounds", sa.Text(), nullable=True),
        sa.Column("reasons", sa.Text(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("noted_by", sa.String(200), nullable=True),
        sa.Column("request_id", sa.Uuid(), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_rgpd_objections"),
    )
    op.create_index("ix_rgpd_objections_subject_key", "rgpd_objections", ["subject_key", "purpose"])
    op.add_column("rgpd_requests", sa.Column("objects_to", sa.String(120), nullable=True))


def downgrade() -> None:
    op.drop_column("rgpd_requests", "objects_to")
    op.drop_index("ix_rgpd_objections_subject_key", "rgpd_objections")
    op.drop_table("rgpd_objections")
    op.drop_index("ix_rgpd_consents_subject_key", "rgpd_consents")
    op.drop_table("rgpd_consents")
