"""Makes ``rgpd_breaches``, the file of breaches of data, and ``rgpd_assessments``, the impact assessments."""

import sqlalchemy as sa
from alembic import op

revision = "rgpd_0005"
down_revision = "rgpd_0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "rgpd_breaches",
        sa.Column("what", sa.String(160), nullable=False),
        sa.Column("noticed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("happened", sa.Text(), nullable=True),
        sa.Column("seen", sa.Boolean(), nullable=False),
        sa.Column("altered", sa.Boolean(), nullable=False),
        sa.Column("lost", sa.Boolean(), nullable=False),
        sa.Column("data", sa.Text(), nullable=True),
        sa.Column("records", sa.Integer(), nullable=True),
        sa.Column("people", sa.Text(), nullable=True),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("consequences", sa.Text(), nullable=True),
        sa.Column("measures", sa.Text(), nullable=True),
        sa.Column("risk", sa.String(40), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("why_not", sa.Text(), nullable=True),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("why_late", sa.Text(), nullable=True),
        sa.Column("tell", sa.String(40), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("why_untold", sa.Text(), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("author", sa.String(200), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_rgpd_breaches"),
    )
    op.create_index("ix_rgpd_breaches_state", "rgpd_breaches", ["state"])
    op.create_index("ix_rgpd_breaches_due_at", "rgpd_breaches", ["due_at"])
    op.create_table(
        "rgpd_assessments",
        sa.Column("plugin", sa.String(60), nullable=False),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("necessity", sa.Text(), nullable=True),
        sa.Column("risks", sa.Text(), nullable=True),
        sa.Column("measures", sa.Text(), nullable=True),
        sa.Column("views", sa.Text(), nullable=True),
        sa.Column("opinion", sa.Text(), nullable=True),
        sa.Column("remaining", sa.String(40), nullable=False),
        sa.Column("consulted_on", sa.Date(), nullable=True),
        sa.Column("decision", sa.Text(), nullable=True),
        sa.Column("look_again_on", sa.Date(), nullable=True),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("adopted_on", sa.Date(), nullable=True),
        sa.Column("author", sa.String(200), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_rgpd_assessments"),
    )
    for name in ("plugin", "look_again_on", "state"):
        op.create_index(f"ix_rgpd_assessments_{name}", "rgpd_assessments", [name])


def downgrade() -> None:
    for name in ("state", "look_again_on", "plugin"):
        op.drop_index(f"ix_rgpd_assessments_{name}", "rgpd_assessments")
    op.drop_table("rgpd_assessments")
    op.drop_index("ix_rgpd_breaches_due_at", "rgpd_breaches")
    op.drop_index("ix_rgpd_breaches_state", "rgpd_breaches")
    op.drop_table("rgpd_breaches")
