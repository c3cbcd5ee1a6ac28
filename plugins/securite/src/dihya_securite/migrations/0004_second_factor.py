"""People may prove who they are with a second factor: codes from an app, and recovery codes."""

import sqlalchemy as sa
from alembic import op

revision = "securite_0004"
down_revision = "securite_0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column, and the tables."""
    with op.batch_alter_table("securite_people") as people:
        people.add_column(sa.Column("second_factor", sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("securite_people") as people:
        people.alter_column("second_factor", existing_type=sa.Boolean(), existing_nullable=False, server_default=None)
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "securite_authenticators",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.String(120), nullable=False),
        sa.Column("secret", sa.String(255), nullable=False),
        sa.Column("last_step", sa.Integer(), nullable=False),
        sa.Column("created_at", moment, nullable=False),
        sa.Column("used_at", moment, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_securite_authenticators")),
        _of_a_person("securite_authenticators"),
    )
    op.create_table(
        "securite_recovery_codes",
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_securite_recovery_codes")),
        _of_a_person("securite_recovery_codes"),
    )
    for table in ("securite_authenticators", "securite_recovery_codes"):
        op.create_index(op.f(f"ix_{table}_person_id"), table, ["person_id"])


def downgrade() -> None:
    """Drop all of it."""
    op.drop_table("securite_recovery_codes")
    op.drop_table("securite_authenticators")
    with op.batch_alter_table("securite_people") as people:
        people.drop_column("second_factor")


def _of_a_person(table: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_person_id_securite_people")
    return sa.ForeignKeyConstraint(["person_id"], ["securite_people.id"], name=name, ondelete="CASCADE")
