"""What a schema asks of rows: their order, and the references that no order can honour."""

from __future__ import annotations

import pytest
from dihya_db import destination
from dihya_db.destination import Reference
from dihya_hookspecs import Invalid
from sqlalchemy import create_engine, text


def reference(table, to, name=""):
    return Reference(table, to, name or f"{table}_{to}", "")


def test_rows_come_after_those_they_refer_to():
    """Tables that nobody refers to stand last, and every table stands once."""
    found = [reference("lines", "orders"), reference("orders", "people"), reference("lines", "goods")]
    order, apart = destination.ordered(["goods", "lines", "orders", "people"], found)
    assert order.index("people") < order.index("orders") < order.index("lines") > order.index("goods")
    assert len(order) == 4 and apart == []


def test_only_what_closes_a_circle_is_set_apart():
    """References of a table to itself always are; of a circle one is, whatever else hangs on it."""
    found = [
        reference("a", "a"),
        reference("a", "b"),
        reference("b", "c"),
        reference("c", "a"),
        reference("c", "a", "twice"),
        reference("a", "root"),
    ]
    order, apart = destination.ordered(["a", "b", "c", "root"], found)
    left = [one for one in found if one not in apart]
    assert all(order.index(one.to) < order.index(one.table) for one in left)
    assert found[0] in apart and len(apart) <= 3 and found[5] in left


@pytest.fixture
def connection(postgres):
    engine = create_engine(postgres)
    with engine.connect() as connection:
        yield connection
    engine.dispose()


def test_what_extensions_bring_is_nothing(connection):
    """A view of an extension does not make a schema occupied; a table and a sequence do."""
    connection.execute(text("CREATE EXTENSION pg_stat_statements"))
    assert destination.occupied(connection) == []
    connection.execute(text("CREATE TABLE t (x int)"))
    connection.execute(text("CREATE SEQUENCE s"))
    assert destination.occupied(connection) == ["s", "t"]


def test_columns_as_the_schema_has_them(connection):
    """In their order, with key and sequence; what the database computes itself is left out."""
    connection.execute(
        text(
            'CREATE TABLE "Odd" ("A b" int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, n numeric(5,1), '
            "twice numeric GENERATED ALWAYS AS (n * 2) STORED)"
        )
    )
    found = destination.columns(connection)["Odd"]
    assert [(column.name, column.key, bool(column.sequence)) for column in found] == [
        ("A b", True, True),
        ("n", False, False),
    ]
    destination.go_on(connection, "Odd", found, {"Odd": 6})
    assert connection.scalar(text('INSERT INTO "Odd" (n) VALUES (1) RETURNING "A b"')) == 7


def test_a_column_of_a_strange_type_is_named(connection):
    """Before a row is read."""
    connection.execute(text("CREATE TABLE t (x tsvector)"))
    with pytest.raises(Invalid, match=r"column t\.x has type 'tsvector'"):
        destination.columns(connection)


def test_references_come_back_as_they_were(connection):
    """Taken off and put on again, with what happens on deleting."""
    connection.execute(text("CREATE TABLE t (id int PRIMARY KEY, up int REFERENCES t (id) ON DELETE CASCADE)"))
    found = destination.references(connection)
    destination.take_off(connection, found)
    assert destination.references(connection) == []
    destination.put_on(connection, found)
    assert destination.references(connection) == found and "CASCADE" in found[0].definition
