"""What was published, who listens, and who got it."""

import sqlalchemy as sa
from alembic import op

revision = "events_0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "events_published",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("plugin", sa.String(64), nullable=False),
        sa.Column("actor", sa.String(64), nullable=True),
        sa.Column("act", sa.String(64), nullable=False),
        sa.Column("at", moment, nullable=False),
        sa.Column("fanned_at", moment, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_events_published")),
    )
    for column in ("name", "at", "fanned_at"):
        op.create_index(op.f(f"ix_events_published_{column}"), "events_published", [column])
    op.create_table(
        "events_subscribers",
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("event", sa.String(200), nullable=False),
        sa.Column("gone_at", moment, nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("paused_until", moment, nullable=True),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_events_subscribers")),
    )
    op.create_table(
        "events_deliveries",
        sa.Column("event_id", sa.String(64), nullable=False),
        sa.Column("subscriber", sa.String(120), nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("task", sa.String(64), nullable=True),
        sa.Column("done_at", moment, nullable=True),
        sa.PrimaryKeyConstraint("event_id", "subscriber", name=op.f("pk_events_deliveries")),
        sa.ForeignKeyConstraint(
            ["event_id"], ["events_published.id"], name=op.f("fk_events_deliveries_event_id_events_published")
        ),
    )
    op.create_index(op.f("ix_events_deliveries_state"), "events_deliveries", ["state"])


def downgrade() -> None:
    op.drop_table("events_deliveries")
    op.drop_table("events_subscribers")
    op.drop_table("events_published")
