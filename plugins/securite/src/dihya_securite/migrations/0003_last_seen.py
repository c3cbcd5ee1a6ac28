"""People see in which browsers they are signed in, and administrators on which day somebody was last here."""

import sqlalchemy as sa
from alembic import op

revision = "securite_0003"
down_revision = "securite_0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column, and the table."""
    with op.batch_alter_table("securite_sessions") as sessions:
        sessions.add_column(sa.Column("browser", sa.String(60), nullable=False, server_default=""))
    with op.batch_alter_table("securite_sessions") as sessions:
        sessions.alter_column("browser", existing_type=sa.String(60), existing_nullable=False, server_default=None)
    op.create_table(
        "securite_last_seen",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("seen_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["securite_people.id"],
            name=op.f("fk_securite_last_seen_person_id_securite_people"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_securite_last_seen")),
    )


def downgrade() -> None:
    """Drop both."""
    op.drop_table("securite_last_seen")
    with op.batch_alter_table("securite_sessions") as sessions:
        sessions.drop_column("browser")
