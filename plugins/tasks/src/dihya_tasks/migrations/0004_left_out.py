"""What all machines know of plugins that keep failing."""

import sqlalchemy as sa
from alembic import op

revision = "tasks_0004"
down_revision = "tasks_0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "tasks_left_out",
        sa.Column("plugin", sa.String(64), nullable=False),
        sa.Column("tripped", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("plugin", name=op.f("pk_tasks_left_out")),
    )


def downgrade() -> None:
    op.drop_table("tasks_left_out")
