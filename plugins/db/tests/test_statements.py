"""What the words of SQL change."""

import pytest
from dihya_db.statements import Untracked, parsed


@pytest.mark.parametrize(
    ("sql", "kind", "table", "columns"),
    [
        ("UPDATE t SET a = 1, b=coalesce(b, 2) WHERE c = 3", "update", "t", ("a", "b")),
        ('update only "public"."My Table" set "a" = 1', "update", "My Table", ("a",)),
        ("UPDATE t SET a = 'x, y = 2; delete from u' RETURNING a", "update", "t", ("a",)),
        ("-- a word\nINSERT INTO t (b, a) VALUES (1, 2);", "insert", "t", ("a", "b")),
        ("insert or replace into main.t values (1)", "insert", "t", ()),
        ("REPLACE INTO t (a) VALUES (1)", "insert", "t", ("a",)),
        ("INSERT INTO t (a) SELECT b FROM u", "insert", "t", ("a",)),
        ("DELETE FROM t", "delete", "t", ()),
        ("/* x */ delete from only t where a in (select 1)", "delete", "t", ()),
    ],
)
def test_a_change_is_read_with_its_table_and_columns(sql, kind, table, columns):
    """Comments, literals, quotes, schemas and case do not hide it."""
    found = parsed(sql)
    assert (found.kind, found.name, found.columns) == (kind, table, columns)


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM t FOR UPDATE",
        "select 'delete from t'",
        "select replace(a, 'b', 'c') from t",
        "WITH a AS (SELECT 1) SELECT * FROM a",
        "PRAGMA table_info(t)",
        "SHOW server_version_num",
        "SET LOCAL lock_timeout = 1",
        "CREATE TABLE t (a INTEGER REFERENCES u (id) ON DELETE CASCADE ON UPDATE SET NULL)",
        "CREATE UNIQUE INDEX i ON t (a)",
        "EXPLAIN DELETE FROM t",
        "EXPLAIN QUERY PLAN DELETE FROM t",
    ],
)
def test_what_changes_no_row_is_let_through(sql):
    """Reading, settings and new tables."""
    assert parsed(sql) is None


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT 1; DELETE FROM t",
        "WITH a AS (DELETE FROM t RETURNING *) SELECT * FROM a",
        "WITH a AS (SELECT 1) UPDATE t SET x = 1",
        "SELECT * INTO u FROM t",
        "EXPLAIN ANALYZE DELETE FROM t",
        "EXPLAIN (ANALYZE) DELETE FROM t",
        "MERGE INTO t USING u ON 1 = 1 WHEN MATCHED THEN DELETE",
        "TRUNCATE t",
        "DROP TABLE t",
        "ALTER TABLE t DROP COLUMN a",
        "COPY t FROM STDIN",
        "DO $$ BEGIN DELETE FROM t; END $$",
        "CALL empty_everything()",
        "CREATE TRIGGER x AFTER INSERT ON t BEGIN DELETE FROM u; END",
        "COMMIT",
        "ROLLBACK",
        "SAVEPOINT a",
        "ATTACH 'other.db' AS other",
    ],
)
def test_what_cannot_be_told_by_its_words_is_refused(sql):
    """Nobody could say which rows it changes, or it ends what the core began."""
    with pytest.raises(Untracked):
        parsed(sql)
