"""Every value comes back from JSON as it was, and what a plugin seals stays sealed."""

from __future__ import annotations

import datetime as dt
import enum
import json
import uuid
from decimal import Decimal

import pytest
import sqlalchemy as sa
from dihya_db.packing import pack, packable, unpack
from dihya_hookspecs.fields import Money, UTCDateTime
from sqlalchemy.dialects import sqlite
from sqlalchemy.types import TypeDecorator

DIALECT = sqlite.dialect()


class Kind(enum.Enum):
    """A choice."""

    BIG = "b"


class Sealed(TypeDecorator):
    """Stores a text backwards."""

    impl = sa.String
    cache_ok = True

    def process_bind_param(self, value, dialect):
        return value and value[::-1]

    def process_result_value(self, value, dialect):
        return value and value[::-1]


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (sa.String(), "été"), (sa.Integer(), 3), (sa.BigInteger(), 2**60), (sa.Boolean(), True), (sa.Float(), 0.1),
        (sa.Numeric(8, 2), Decimal("12.50")), (sa.Uuid(), uuid.UUID(int=7)), (sa.Uuid(as_uuid=False), "7"),
        (sa.DateTime(), dt.datetime(2026, 1, 2, 3)), (sa.Date(), dt.date(2026, 1, 2)), (sa.Time(), dt.time(3, 4)),
        (sa.Interval(), dt.timedelta(hours=3)), (sa.LargeBinary(), b"\x00\xff"), (sa.JSON(), {"a": [1, None]}),
        (sa.Enum(Kind), Kind.BIG), (sa.Enum("a", "b"), "a"), (Money("EUR"), Decimal("0.07")), (Sealed(), "secret"),
        (UTCDateTime(), dt.datetime(2026, 1, 2, 3, tzinfo=dt.UTC)), (sa.String(), None), (Money("EUR"), None),
    ],
)  # fmt: skip
def test_a_value_comes_back_as_it_was(kind, value):
    """Through JSON text, with its type."""
    column = sa.Column("x", kind)
    said = json.loads(json.dumps(pack(column, value, DIALECT)))
    found = unpack(column, said, DIALECT)
    assert found == value and type(found) is type(value)


def test_what_a_plugin_seals_stays_sealed():
    """What is written down is what the column would store."""
    assert pack(sa.Column("x", Sealed()), "secret", DIALECT) == "terces"


def test_what_only_pickle_can_write_is_not_taken():
    """A table with such a column keeps nothing in the bin."""
    assert packable(sa.Table("a", sa.MetaData(), sa.Column("x", sa.JSON())))
    assert not packable(sa.Table("b", sa.MetaData(), sa.Column("x", sa.PickleType())))
