"""What an event may be and hold."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Literal
from uuid import UUID

import pytest
from dihya_hookspecs import Invalid
from dihya_hookspecs.events import event, read, type_of, written

HERE = UUID("8ca921b5-66ad-47d3-9688-ac5903c0ee73")


@event("p.happened", permission="p:read")
@dataclass(frozen=True, slots=True)
class Happened:
    """Something happened."""

    id: UUID
    word: str
    number: int
    yes: bool
    at: datetime
    on: date
    kind: Literal["a", "b"]
    maybe: str | None = None


def happened(**values: Any) -> Happened:
    """One that fits, but for *values*."""
    fitting = {"id": HERE, "word": "x-1", "number": 2, "yes": True, "at": datetime(2026, 1, 2, tzinfo=UTC),
               "on": date(2026, 1, 2), "kind": "a"}  # fmt: skip
    return Happened(**(fitting | values))


def test_an_event_goes_to_json_and_comes_back():
    """Every type that an event may hold, and None where it may be left out."""
    made = happened(maybe=None)
    payload = written(made)
    assert payload["id"] == str(HERE) and payload["at"] == "2026-01-02T00:00:00+00:00" and payload["maybe"] is None
    assert read(type_of(made), payload) == made


def test_the_schema_is_derived():
    """It names every field, what is required, and allows nothing else."""
    schema = type_of(Happened).schema
    assert schema["properties"]["number"] == {"type": "integer"} and schema["properties"]["kind"] == {
        "enum": ["a", "b"]
    }
    assert "maybe" not in schema["required"] and schema["additionalProperties"] is False
    assert type_of(Happened).summary == "Something happened."


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("word", "tin@example.org"), ("word", "Tin Hinan"), ("word", "+33199074159"), ("word", "0199074159"),
        ("word", ""), ("word", "x" * 201), ("word", 3), ("number", True), ("number", "2"), ("yes", 1),
        ("id", str(HERE)), ("at", datetime(2026, 1, 2)), ("on", datetime(2026, 1, 2, tzinfo=UTC)), ("kind", "c"),
        ("maybe", "two words"), ("word", None),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused_without_being_quoted(field: str, value: object):
    """Free text, addresses, telephone numbers and wrong types; the message names event and field, and not the value."""
    with pytest.raises(Invalid) as raised:
        written(happened(**{field: value}))
    assert f"event 'p.happened': field '{field}'" in raised.value.message
    assert not value or str(value) not in raised.value.message


def test_what_is_stored_and_does_not_fit_any_more_is_said():
    """After an upgrade a field may be gone."""
    with pytest.raises(Invalid, match="does not fit its class Happened"):
        read(type_of(Happened), {"colour": "red"})


def test_only_a_frozen_dataclass_of_plain_fields_is_an_event():
    """What can change after it was checked is none, and neither is what could hold anything."""

    @dataclass
    class Soft:
        id: int

    with pytest.raises(TypeError, match="no frozen dataclass"):
        event("p.soft", permission="p:read")(Soft)

    @dataclass(frozen=True)
    class Loose:
        things: dict

    with pytest.raises(TypeError, match="field 'things' has type"):
        event("p.loose", permission="p:read")(Loose)
