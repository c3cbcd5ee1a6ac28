"""Values of one kind become those of another, or are told to have no place."""

from __future__ import annotations

from datetime import UTC, date, datetime
from uuid import UUID

import pytest
from dihya_hookspecs._converting import converted, decoded, encoded
from dihya_hookspecs.growing import Column
from hypothesis import given
from hypothesis import strategies as st

KINDS = (
    "text",
    "long_text",
    "integer",
    "money",
    "boolean",
    "date",
    "datetime",
    "email",
    "phone",
    "url",
    "iban",
    "reference",
)


@pytest.mark.parametrize(
    ("value", "old", "new", "became", "again"),
    [
        ("12", "text", "integer", 12, True),
        ("012", "text", "integer", 12, False),
        ("twelve", "text", "integer", None, False),
        ("3,50 €", "text", "money", 350, False),
        (350, "money", "text", "3.50", True),
        (350, "money", "integer", 3, False),
        (12, "integer", "money", 1200, True),
        (10**12, "money", "integer", None, False),
        ("oui", "text", "boolean", True, False),
        (2, "integer", "boolean", True, False),
        ("03/02/2025", "text", "date", date(2025, 2, 3), False),
        ("2025-02-03", "text", "date", date(2025, 2, 3), True),
        ("31/02/2025", "text", "date", None, False),
        (datetime(2025, 2, 3, 4, tzinfo=UTC), "datetime", "date", date(2025, 2, 3), False),
        (date(2025, 2, 3), "date", "datetime", datetime(2025, 2, 3, tzinfo=UTC), True),
        ("a@b.fr", "text", "email", "a@b.fr", True),
        ("a@b", "text", "email", None, False),
        (UUID(int=1), "reference", "integer", None, False),
        ("x", "text", "reference", None, False),
    ],
)  # fmt: skip
def test_a_value_of_another_kind(value, old, new, became, again):
    """The value, and whether it can be read back as it was."""
    assert converted(value, Column("a", old), Column("a", new), {}) == (became, again)


def test_a_text_that_is_too_long_is_cut_and_said():
    """What was cut is not read back."""
    assert converted("abcdef", Column("a", "text"), Column("a", "text", length=3), {}) == ("abc", False)


def test_choices_go_where_they_are_sent():
    """A value that became another one is not read back; one that has no place is none."""
    old, new = Column("a", "enum", values=("x", "y")), Column("a", "enum", values=("x", "z"))
    assert converted("x", old, new, {}) == ("x", True)
    assert converted("y", old, new, {"y": "z"}) == ("z", False)
    assert converted("y", old, new, {}) == (None, False)


def test_a_reference_to_another_table_has_no_place():
    """Its records are others."""
    assert converted(UUID(int=1), Column("a", "reference", target="x"), Column("a", "reference", target="y"), {}) == (
        None,
        False,
    )


@given(st.text(max_size=20), st.sampled_from(KINDS), st.sampled_from(KINDS))
def test_what_is_said_to_be_read_back_is(text, first, second):
    """Whatever the text: from one kind to another and back gives the same, where that was said."""
    value, _known = converted(text, Column("a", "text"), Column("a", first), {})
    if value is None:
        return
    other, again = converted(value, Column("a", first), Column("a", second), {})
    if again:
        assert converted(other, Column("a", second), Column("a", first), {})[0] == value


@pytest.mark.parametrize(
    ("kind", "value"), [("date", date(2025, 1, 2)), ("datetime", datetime(2025, 1, 2, 3)), ("reference", UUID(int=7)), ("text", "é"), ("integer", 3)]
)  # fmt: skip
def test_a_value_comes_back_from_its_file(kind, value):
    """As JSON and back."""
    assert decoded(encoded(value), Column("a", kind)) == value
