"""The tables of the securite plugin."""

import sqlalchemy as sa
from alembic import op

revision = "securite_0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables."""

    op.create_table(
        "securite_failures",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_securite_failures")),
    )
    op.create_table(
        "securite_people",
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("password_hash", sa.String(length=255), nullable=False),
        sa.Column("roles", sa.JSON(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("must_change_password", sa.Boolean(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_securite_people")),
        sa.UniqueConstraint("email", name=op.f("uq_securite_people_email")),
    )
    op.create_table(
        "securite_keys",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("prefix", sa.String(length=16), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("scopes", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["securite_people.id"],
            name=op.f("fk_securite_keys_person_id_securite_people"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_securite_keys")),
        sa.UniqueConstraint("digest", name=op.f("uq_securite_keys_digest")),
    )
    op.create_index(op.f("ix_securite_keys_person_id"), "securite_keys", ["person_id"], unique=False)
    op.create_table(
        "securite_sessions",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["securite_people.id"],
            name=op.f("fk_securite_sessions_person_id_securite_people"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_securite_sessions")),
    )
    op.create_index(op.f("ix_securite_sessions_person_id"), "securite_sessions", ["person_id"], unique=False)
    op.create_table(
        "securite_token_families",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["securite_people.id"],
            name=op.f("fk_securite_token_families_person_id_securite_people"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_securite_token_families")),
    )
    op.create_index(
        op.f("ix_securite_token_families_person_id"), "securite_token_families", ["person_id"], unique=False
    )


def downgrade() -> None:
    """Drop the tables."""

    op.drop_index(op.f("ix_securite_token_families_person_id"), table_name="securite_token_families")
    op.drop_table("securite_token_families")
    op.drop_index(op.f("ix_securite_sessions_person_id"), table_name="securite_sessions")
    op.drop_table("securite_sessions")
    op.drop_index(op.f("ix_securite_keys_person_id"), table_name="securite_keys")
    op.drop_table("securite_keys")
    op.drop_table("securite_people")
    op.drop_table("securite_failures")
