"""What is stored of settings."""

import sqlalchemy as sa
from alembic import op

revision = "settings_0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "settings_values",
        sa.Column("plugin", sa.String(64), nullable=False),
        sa.Column("field", sa.String(120), nullable=False),
        sa.Column("value", sa.JSON(), nullable=True),
        sa.Column("kept", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_at", moment, nullable=False),
        sa.Column("changed_by", sa.String(64), nullable=True),
        sa.Column("changed_name", sa.String(120), nullable=True),
        sa.PrimaryKeyConstraint("plugin", "field", name=op.f("pk_settings_values")),
    )
    op.create_table(
        "settings_choices",
        sa.Column("person", sa.String(64), nullable=False),
        sa.Column("plugin", sa.String(64), nullable=False),
        sa.Column("field", sa.String(120), nullable=False),
        sa.Column("value", sa.JSON(), nullable=True),
        sa.Column("kept", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_at", moment, nullable=False),
        sa.PrimaryKeyConstraint("person", "plugin", "field", name=op.f("pk_settings_choices")),
    )
    op.create_index(op.f("ix_settings_choices_version"), "settings_choices", ["version"])
    op.create_table(
        "settings_epoch",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_settings_epoch")),
    )


def downgrade() -> None:
    for table in ("settings_epoch", "settings_choices", "settings_values"):
        op.drop_table(table)
