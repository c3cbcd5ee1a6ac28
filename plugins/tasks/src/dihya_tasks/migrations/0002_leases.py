"""Who works on a task, until when, and in which attempt."""

import sqlalchemy as sa
from alembic import op

revision = "tasks_0002"
down_revision = "tasks_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("tasks_tasks", sa.Column("worker", sa.String(64), nullable=True))
    op.add_column("tasks_tasks", sa.Column("leased_until", sa.DateTime(timezone=True), nullable=True))
    op.add_column("tasks_tasks", sa.Column("attempt", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("tasks_tasks", sa.Column("deaths", sa.Integer(), nullable=False, server_default="0"))
    # What the engine of the first version was working on begins again.
    op.execute("UPDATE tasks_tasks SET state = 'queued' WHERE state = 'running'")


def downgrade() -> None:
    for name in ("deaths", "attempt", "leased_until", "worker"):
        op.drop_column("tasks_tasks", name)
