"""One value at a time: what SQLite holds, what PostgreSQL gets, and what the two are compared by."""

from __future__ import annotations

import datetime as dt
import uuid
from decimal import Decimal

import pytest
from dihya_db.conversion import kind_of
from dihya_hookspecs import Invalid

SENT = [
    ("bool", 1, True),
    ("int4", 7.0, 7),
    ("int8", -(2**63), -(2**63)),
    ("float8", 3, 3.0),
    ("float4", 0.1, 0.10000000149011612),
    ("bytea", "é", "é".encode()),
    ("uuid", "0" * 31 + "1", uuid.UUID(int=1)),
    ("uuid", str(uuid.UUID(int=1)), uuid.UUID(int=1)),
    ("json", 5, "5"),
    ("json", '{"b": "\\u0000"}', '{"b": "\\u0000"}'),
    ("date", "0001-01-01", dt.date(1, 1, 1)),
    ("time", "07:05:00.000001", dt.time(7, 5, 0, 1)),
    ("timestamptz", "2024-02-29 12:00:00", dt.datetime(2024, 2, 29, 12, tzinfo=dt.UTC)),
    ("timestamptz", "2024-02-29T14:00:00+02:00", dt.datetime(2024, 2, 29, 12, tzinfo=dt.UTC)),
    ("timestamp", "2024-02-29 12:00:00.5", dt.datetime(2024, 2, 29, 12, 0, 0, 500000)),
    ("interval", "1970-01-03 00:00:01", dt.timedelta(days=2, seconds=1)),
    ("varchar", "é", "é"),
    ("text", 5, "5"),
]


@pytest.mark.parametrize(("type_", "held", "sent"), SENT)
def test_what_is_sent(type_, held, sent):
    """Every type of a column has one value in PostgreSQL, which is what the application reads in SQLite."""
    assert kind_of(type_).send(held) == sent


@pytest.mark.parametrize(("modifier", "sent"), [(((12 << 16) | 2) + 4, "0.10"), (-1, "0.1")])
def test_decimals_are_written_as_they_are_read(modifier, sent):
    """With the places of the column, or with what the binary fraction means where there are none."""
    assert str(kind_of("numeric", modifier).send(0.1)) == sent


REFUSED = [
    ("text", "a\0b", "the character NUL"),
    ("text", b"\xff".decode("utf-8", "surrogateescape"), "bytes that are no UTF-8"),
    ("varchar", b"x", "bytes in a column of text"),
    ("bool", 2, "neither 0 nor 1"),
    ("int4", "many", "something else than a whole number"),
    ("int4", 1.5, "something else than a whole number"),
    ("float8", "x", "something else than a number"),
    ("numeric", "x", "something else than a number"),
    ("bytea", 5, "a number in a column of bytes"),
    ("uuid", "x", "something else than a UUID"),
    ("date", "yesterday", "something else than a date"),
    ("timestamptz", 5, "something else than a datetime"),
]


@pytest.mark.parametrize(("type_", "held", "said"), REFUSED)
def test_what_has_no_place_is_said_without_its_value(type_, held, said):
    """SQLite takes anything in any column; PostgreSQL does not."""
    with pytest.raises(ValueError, match=said) as raised:
        kind_of(type_).send(held)
    assert str(held) not in str(raised.value) or held == 2


def test_a_type_that_sqlite_has_not_is_refused_by_name():
    """Rather than guessed."""
    with pytest.raises(Invalid, match="type 'tsvector', which has no counterpart in SQLite"):
        kind_of("tsvector")


SAME = [
    ("numeric", Decimal("-0.00"), Decimal(0)),
    ("numeric", Decimal("1.50"), Decimal("1.5")),
    ("numeric", Decimal(100), Decimal("100.00")),
    ("bpchar", "a", "a   "),
    ("jsonb", '{"b": 1, "a": 2}', '{"a": 2, "b": 1}'),
    (
        "timestamptz",
        dt.datetime(2024, 2, 29, 12, tzinfo=dt.UTC),
        dt.datetime(2024, 2, 29, 14, tzinfo=dt.timezone(dt.timedelta(hours=2))),
    ),
]


@pytest.mark.parametrize(("type_", "one", "other"), SAME)
def test_what_counts_as_the_same(type_, one, other):
    """What PostgreSQL gives back in another spelling is no difference."""
    plain = kind_of(type_).plain
    assert plain(one) == plain(other)


def test_long_decimals_keep_every_digit():
    """Beyond the precision with which Python calculates."""
    plain = kind_of("numeric").plain
    assert plain(Decimal(f"{10**40 + 1}.5")) != plain(Decimal(f"{10**40}.5"))
