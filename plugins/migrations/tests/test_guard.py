"""What counts as throwing away rows; that it is refused is shown in test_service.py."""

from __future__ import annotations

import pytest
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from dihya_migrations import guard
from sqlalchemy import create_engine, text


@pytest.mark.parametrize(
    ("statement", "tables"),
    [
        ("DROP TABLE a", ["a"]),
        ('drop table if exists "a"', ["a"]),
        ("TRUNCATE a", ["a"]),
        ("DELETE FROM a WHERE x = 1", ["a"]),
        ("ALTER TABLE a DROP COLUMN b", ["a"]),
        ("ALTER TABLE a ADD COLUMN b TEXT", []),
        ("UPDATE a SET x = 1; DELETE FROM b", ["b"]),
        ("DROP INDEX a", []),
    ],
)
def test_losing_statements_are_recognised(statement, tables):
    """Statements that lose rows are found with the table that they lose them from."""
    assert guard._LOSING.findall(statement) == tables


def test_other_users_of_alembic_notice_nothing(tmp_path):
    """Alembic used by somebody else in this process drops what it is told to drop."""
    engine = create_engine(f"sqlite:///{tmp_path}/a.db")
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE a (x INTEGER)"))
        connection.execute(text("INSERT INTO a VALUES (1)"))
        Operations(MigrationContext.configure(connection)).drop_table("a")
    engine.dispose()
