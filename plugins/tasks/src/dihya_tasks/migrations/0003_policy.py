"""Keys, queues, priorities, pauses and dead letters, and who leads."""

import sqlalchemy as sa
from alembic import op

revision = "tasks_0003"
down_revision = "tasks_0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    moment = sa.DateTime(timezone=True)
    with op.batch_alter_table("tasks_tasks") as table:
        table.add_column(sa.Column("key", sa.String(200), nullable=True))
        table.add_column(sa.Column("queue", sa.String(64), nullable=False, server_default="default"))
        table.add_column(sa.Column("priority", sa.Integer(), nullable=False, server_default="0"))
        table.add_column(sa.Column("history", sa.JSON(), nullable=False, server_default="[]"))
        table.add_column(sa.Column("reason", sa.Text(), nullable=False, server_default=""))
        table.add_column(sa.Column("done", sa.Integer(), nullable=False, server_default="0"))
        table.add_column(sa.Column("of", sa.Integer(), nullable=False, server_default="0"))
        table.add_column(sa.Column("failures", sa.Integer(), nullable=False, server_default="0"))
        table.add_column(sa.Column("run_at", moment, nullable=True))
    op.execute("UPDATE tasks_tasks SET run_at = created_at")
    with op.batch_alter_table("tasks_tasks") as table:
        table.alter_column("run_at", existing_type=moment, nullable=False)
        table.drop_index(op.f("ix_tasks_tasks_state"))
        table.create_unique_constraint(op.f("uq_tasks_tasks_name"), ["name", "key"])
    op.create_index("ix_tasks_tasks_claim", "tasks_tasks", ["state", "queue", "run_at"])
    op.create_table(
        "tasks_leaders",
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("worker", sa.String(64), nullable=False),
        sa.Column("leased_until", moment, nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_tasks_leaders")),
    )


def downgrade() -> None:
    op.drop_table("tasks_leaders")
    op.drop_index("ix_tasks_tasks_claim", "tasks_tasks")
    with op.batch_alter_table("tasks_tasks") as table:
        table.drop_constraint(op.f("uq_tasks_tasks_name"), type_="unique")
        table.create_index(op.f("ix_tasks_tasks_state"), ["state"])
        for name in ("run_at", "failures", "of", "done", "reason", "history", "priority", "queue", "key"):
            table.drop_column(name)
