"""Neutral values."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

import pytest
from dihya_hookspecs.fields import Choice
from dihya_rgpd.emptying import Unemptiable, empty, is_unique, same
from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Date,
    DateTime,
    Enum,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Numeric,
    PickleType,
    String,
    Table,
    Time,
    TypeDecorator,
    UniqueConstraint,
    Uuid,
)  # fmt: skip

WORDS = Choice({"new": ("New", "Nouveau"), "old": ("Old", "Ancien")})


def column(kind, **options):
    made = Column("x", kind, **{"nullable": False, **options})
    Table("t", MetaData(), Column("id", Integer, primary_key=True), made)
    return made


@pytest.mark.parametrize(
    ("kind", "value", "neutral"),
    [
        (String(9), "Tin", ""), (Integer, 5, 0), (Numeric, 5, 0), (Boolean, True, False), (Date, date.today(), date(1970, 1, 1)),
        (Time, time(3), time()), (JSON, {"a": 1}, []), (LargeBinary, b"x", b""),
        (DateTime(timezone=True), datetime.now(UTC), datetime(1970, 1, 1, tzinfo=UTC)),
        (DateTime, datetime.now(UTC), datetime(1970, 1, 1)),
    ],
)  # fmt: skip
def test_every_type_has_a_neutral_value(kind, value, neutral):
    """What may not be null becomes the emptiest value of its type; what may becomes null; empty stays empty."""
    assert empty(column(kind), value) == neutral
    assert empty(column(kind), empty(column(kind), value)) == neutral
    assert empty(column(kind, nullable=True), value) is None
    assert empty(column(kind), None) is None


def test_a_type_of_a_plugin_is_emptied_like_what_the_database_stores():
    """A time that a plugin wraps into a type of its own has the neutral value of a time."""

    class Moment(TypeDecorator):
        impl = DateTime(timezone=True)
        cache_ok = True

    assert empty(column(Moment()), datetime.now(UTC)) == datetime(1970, 1, 1, tzinfo=UTC)


def test_a_choice_says_again_what_it_says_of_nobody():
    """Its default, which is one of its words; no other text can stand there."""
    assert empty(column(WORDS, default="new"), "old") == "new"
    assert empty(column(WORDS, default="new"), "new") == "new"


def test_what_must_be_unique_stays_so():
    """Two unique texts are emptied to different ones that fit, and a second time to the same."""
    unique = column(String(20), unique=True)
    first, second = empty(unique, "a"), empty(unique, "b")
    assert first != second and len(first) == 20 and "a" not in first.removeprefix("erased-")[:0]
    assert empty(unique, first) == first


def test_unique_by_constraint_or_index_counts():
    """A constraint or an index over the column makes it unique too."""
    one, two, three = (Column(name, String) for name in ("a", "b", "c"))
    Table("t", MetaData(), one, two, three, UniqueConstraint("a"), Index("i", "b", unique=True), Index("j", "c"))
    assert is_unique(one) and is_unique(two) and not is_unique(three)


@pytest.mark.parametrize("made", [
    column(Enum("a", "b", name="e")), column(WORDS), column(WORDS, default="new", unique=True), column(Uuid), column(Integer, unique=True), column(PickleType),
])  # fmt: skip
def test_what_has_no_neutral_value_says_so(made):
    """A choice, a UUID, a unique number and an unknown type raise, with the column's name."""
    with pytest.raises(Unemptiable, match="t.x"):
        empty(made, 5)


def test_times_compare_without_their_zone():
    """SQLite gives back a time without zone; it is still the same."""
    assert same(datetime(1970, 1, 1), datetime(1970, 1, 1, tzinfo=UTC))
    assert not same(datetime(1970, 1, 2), datetime(1970, 1, 1, tzinfo=UTC))
    assert same("", "") and not same("a", "")
