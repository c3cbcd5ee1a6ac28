"""What each machine sees of plugins that fail or are slow."""

import sqlalchemy as sa
from alembic import op

revision = "tasks_0005"
down_revision = "tasks_0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "tasks_troubles",
        sa.Column("machine", sa.String(300), nullable=False),
        sa.Column("said", sa.JSON(), nullable=False),
        sa.Column("at", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("machine", name=op.f("pk_tasks_troubles")),
    )


def downgrade() -> None:
    op.drop_table("tasks_troubles")
