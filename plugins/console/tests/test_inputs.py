"""From what was typed to values, and back."""

from __future__ import annotations

import datetime as dt
import uuid
from decimal import Decimal

import pytest
from dihya_console.forms import Field as Input
from dihya_console.forms import fields_of
from dihya_console.inputs import parse, shown
from hypothesis import given, strategies
from pydantic import BaseModel
from pydantic import Field as PydanticField

from .test_forms import RESOURCE, Form

GOOD = {"name": "Tin", "colour": "red", "count": "3"}


@pytest.fixture
def inputs() -> dict[str, Input]:
    return {field.name: field for field in fields_of(RESOURCE)}


def test_values_come_back_typed(inputs: dict[str, Input]) -> None:
    """Text becomes values, empty becomes nothing, an unchecked box is no, a local time an instant."""
    sent = {**GOOD, "price": "2.50", "moment": "2026-07-01T12:00", "poem": "a\r\nb", "day": ""}
    values, faults = parse(Form, list(inputs.values()), sent, "Europe/Paris")
    assert faults == {}
    assert values["colour"] == "red" and values["count"] == 3 and values["price"] == Decimal("2.50")
    assert values["moment"] == dt.datetime(2026, 7, 1, 10, 0, tzinfo=dt.UTC)
    assert values["poem"] == "a\nb" and values["day"] is None and values["happy"] is False and values["mail"] is None


@pytest.mark.parametrize(
    ("sent", "field", "words"),
    [
        ({"name": ""}, "name", "Enter a value."),
        ({"name": "x"}, "name", "Must have at least 2 characters."),
        ({"name": "odd"}, "name", "odd names are not taken"),
        ({"colour": "pink"}, "colour", "Choose one of the values offered."),
        ({"count": "many"}, "count", "Must be a whole number."),
        ({"count": "10"}, "count", "Must be at most 9."),
        ({"price": "1.234"}, "price", "Must have at most 2 decimal places."),
        ({"day": "yesterday"}, "day", "Enter a date."),
        ({"moment": "noon"}, "moment", "Enter a date and a time."),
        ({"friend": "Massin"}, "friend", "Choose a record."),
    ],
)
def test_a_fault_is_said_at_its_field(inputs: dict[str, Input], sent: dict[str, str], field: str, words: str) -> None:
    """What does not fit is named by field, in words that say what to enter."""
    values, faults = parse(Form, list(inputs.values()), {**GOOD, **sent}, "UTC")
    assert values == {} and faults == {field: words}


@given(sent=strategies.dictionaries(strategies.sampled_from(list(Form.model_fields)), strategies.text()))
def test_nothing_sent_is_an_error(sent: dict[str, str]) -> None:
    """Whatever is sent, the answer is values or faults."""
    values, faults = parse(Form, fields_of(RESOURCE), sent, "Europe/Paris")
    assert bool(values) != bool(faults)


def test_what_is_shown_can_be_sent_again(inputs: dict[str, Input]) -> None:
    """A stored value, shown in its input and sent back, is the same value."""
    stored = {"name": "Tin", "colour": "red", "count": 3, "price": Decimal("2.50"), "happy": True,
              "moment": dt.datetime(2026, 1, 1, 8, 30), "day": dt.date(2026, 1, 2), "friend": uuid.UUID(int=7)}  # fmt: skip
    sent = {name: shown(inputs[name], value, "Europe/Paris") for name, value in stored.items()}
    values, faults = parse(Form, list(inputs.values()), sent, "Europe/Paris")
    assert faults == {}
    assert {**stored, "moment": dt.datetime(2026, 1, 1, 8, 30, tzinfo=dt.UTC)} == {
        name: values[name] for name in stored
    }


class Aliased(BaseModel):
    """A form one of whose fields has a name that Python keeps to itself."""

    class_: int = PydanticField(alias="class", ge=1)


def test_what_is_wrong_with_a_field_stands_at_the_field_and_not_at_its_alias() -> None:
    """The page knows its inputs by the names of the model."""
    field = Input("class_", "Class", "number", True, False)
    assert parse(Aliased, [field], {"class_": "2"}, "UTC") == ({"class_": 2}, {})
    _values, faults = parse(Aliased, [field], {"class_": "0"}, "UTC")
    assert list(faults) == ["class_"]
