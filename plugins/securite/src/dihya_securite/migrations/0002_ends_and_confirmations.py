"""One-time passwords and keys end, and sessions remember when the password was last given."""

from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from alembic import op

revision = "securite_0002"
down_revision = "securite_0001"
branch_labels = None
depends_on = None

_SIGNED_IN = ("securite_sessions", "securite_token_families")


def upgrade() -> None:
    """Add the columns; what is there already ends in a week (passwords) or a year (keys) from now."""
    now, moment = datetime.now(UTC), sa.DateTime(timezone=True)
    with op.batch_alter_table("securite_people") as people:
        people.add_column(sa.Column("password_expires_at", moment, nullable=True))
    people = sa.table(
        "securite_people", sa.column("must_change_password", sa.Boolean), sa.column("password_expires_at", moment)
    )
    op.execute(people.update().where(people.c.must_change_password).values(password_expires_at=now + timedelta(days=7)))
    for name in _SIGNED_IN:
        with op.batch_alter_table(name) as table:
            table.add_column(sa.Column("confirmed_at", moment, nullable=True))
        rows = sa.table(name, sa.column("created_at", moment), sa.column("confirmed_at", moment))
        op.execute(rows.update().values(confirmed_at=rows.c.created_at))
        with op.batch_alter_table(name) as table:
            table.alter_column("confirmed_at", existing_type=moment, nullable=False)
    keys = sa.table("securite_keys", sa.column("expires_at", moment))
    op.execute(keys.update().where(keys.c.expires_at.is_(None)).values(expires_at=now + timedelta(days=365)))
    with op.batch_alter_table("securite_keys") as table:
        table.alter_column("expires_at", existing_type=moment, nullable=False)


def downgrade() -> None:
    """Drop the columns."""
    with op.batch_alter_table("securite_keys") as table:
        table.alter_column("expires_at", existing_type=sa.DateTime(timezone=True), nullable=True)
    for name in _SIGNED_IN:
        with op.batch_alter_table(name) as table:
            table.drop_column("confirmed_at")
    with op.batch_alter_table("securite_people") as people:
        people.drop_column("password_expires_at")
