"""The tables of the log, and the triggers that refuse to change it."""

import sqlalchemy as sa
from alembic import op
from dihya_audit.models import GUARDED, guards

revision = "audit_0001"
down_revision = None
branch_labels = None
depends_on = None

_CONTINUED = sa.text("action = 'audit.continued'")
_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "audit_outbox",
        sa.Column("id", _BIG, autoincrement=True, nullable=False),
        sa.Column("actor", sa.String(500), nullable=True),
        sa.Column("envelope", sa.Text(), nullable=False),
        sa.Column("seal", sa.String(64), nullable=False),
        sa.Column("flaw", sa.String(500), nullable=True),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_outbox")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "audit_entries",
        sa.Column("position", _BIG, autoincrement=False, nullable=False),
        sa.Column("leaf", sa.LargeBinary(32), nullable=False),
        sa.Column("envelope", sa.Text(), nullable=False),
        sa.Column("at", sa.String(27), nullable=False),
        sa.Column("act", sa.String(500), nullable=False),
        sa.Column("actor", sa.String(500), nullable=True),
        sa.Column("action", sa.String(500), nullable=False),
        sa.Column("object", sa.String(500), nullable=True),
        sa.Column("outcome", sa.String(500), nullable=False),
        sa.Column("plugin", sa.String(500), nullable=False),
        sa.PrimaryKeyConstraint("position", name=op.f("pk_audit_entries")),
    )
    for column in ("at", "act", "actor", "object"):
        op.create_index(op.f(f"ix_audit_entries_{column}"), "audit_entries", [column])
    op.create_index(
        "ix_audit_entries_continued", "audit_entries", ["position"],
        sqlite_where=_CONTINUED, postgresql_where=_CONTINUED,
    )  # fmt: skip
    op.create_table(
        "audit_nodes",
        sa.Column("level", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("position", _BIG, autoincrement=False, nullable=False),
        sa.Column("hash", sa.LargeBinary(32), nullable=False),
        sa.PrimaryKeyConstraint("level", "position", name=op.f("pk_audit_nodes")),
    )
    op.create_table(
        "audit_checkpoints",
        sa.Column("size", _BIG, autoincrement=False, nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("previous", _BIG, nullable=False),
        sa.Column("signed_in", sa.String(16), nullable=False),
        sa.Column("anchored_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("anchored_in", sa.String(16), nullable=True),
        sa.PrimaryKeyConstraint("size", name=op.f("pk_audit_checkpoints")),
    )
    dialect = op.get_bind().dialect.name
    for table in GUARDED:
        for statement in guards(table, dialect):
            op.execute(statement)


def downgrade() -> None:
    dialect = op.get_bind().dialect.name
    for table in ("audit_checkpoints", "audit_nodes", "audit_entries", "audit_outbox"):
        op.drop_table(table)
        if dialect == "postgresql" and table in GUARDED:
            op.execute(f"DROP FUNCTION {table}_only_grows()")
