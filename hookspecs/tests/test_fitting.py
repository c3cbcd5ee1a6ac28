"""What a column cannot hold."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from dihya_hookspecs.resources.fitting import misfits
from sqlalchemy import BigInteger, Column, DateTime, Float, Integer, Numeric, SmallInteger, String, TypeDecorator


@pytest.mark.parametrize(
    ("kind", "good", "bad"),
    [
        (SmallInteger(), -(2**15), 2**15),
        (Integer(), 2**31 - 1, 2**31),
        (BigInteger(), 2**63 - 1, -(2**63) - 1),
        (String(3), "abc", "abcd"),
        (String(), "x" * 9999, "\0"),
        (String(), "é", "\udfff"),
        (Float(), 1.5, float("nan")),
        (Numeric(4, 2), Decimal("99.99"), Decimal("100")),
        (Numeric(4, 2), Decimal("1.50"), Decimal("1.501")),
        (Numeric(4, 2), 7, Decimal("Infinity")),
        (DateTime(), datetime(1, 1, 1, tzinfo=UTC), datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=14)))),
    ],
)
def test_limits_of_columns(kind, good, bad):
    """The last value that fits passes, the next one is a flaw that points to its field."""
    columns = {"field": Column("field", kind)}
    assert misfits(columns, {"field": good}) == []
    assert [flaw.pointer for flaw in misfits(columns, {"field": bad})] == ["/field"]


def test_nul_is_found_inside_of_objects():
    """Keys and values of nested data are looked at."""
    assert misfits({}, {"a": {"b": ["c", {"d\0": 1}]}})
    assert not misfits({}, {"a": {"b": ["c", {"d": 1}]}})


class Cents(TypeDecorator):
    """An amount, stored in cents."""

    impl, cache_ok = BigInteger, True

    def process_bind_param(self, value, dialect):
        return None if value is None else int(value * 100)


class Short(TypeDecorator):
    """Text that is stored as it is."""

    impl, cache_ok = String(3), True


def test_what_a_type_of_its_own_stores_must_fit():
    """A type may store something else than people write: an amount in cents fits as long as the cents do."""
    columns = {"price": Column("price", Cents()), "code": Column("code", Short())}
    assert misfits(columns, {"price": Decimal("12.50"), "code": "abc"}) == []
    assert misfits(columns, {"price": None, "code": None}) == []
    flaws = misfits(columns, {"price": Decimal("9" * 40), "code": "abcd"})
    assert [(flaw.pointer, flaw.detail) for flaw in flaws] == [
        ("/price", "must be a smaller number"),
        ("/code", "must have at most 3 characters"),
    ]
    assert [flaw.pointer for flaw in misfits(columns, {"price": Decimal("Infinity")})] == ["/price"]
