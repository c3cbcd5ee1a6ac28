"""Inputs from types."""

from __future__ import annotations

import datetime as dt
import uuid
from decimal import Decimal
from enum import Enum
from typing import Annotated, Literal

import pytest
from dihya_console.forms import Field as Input
from dihya_console.forms import fields_of
from dihya_hookspecs.i18n import Text
from dihya_hookspecs.web import Resource
from pydantic import BaseModel, Field, field_validator


class Colour(Enum):
    """Two colours."""

    RED = "red"
    DARK_BLUE = "dark_blue"


class Form(BaseModel):
    """One field of each kind."""

    name: str = Field(min_length=2, max_length=80)
    mail: str | None = Field(None, json_schema_extra={"format": "email"})
    story: str = Field("", max_length=5000)
    poem: str = Field("", json_schema_extra={"multiline": True})
    colour: Colour
    size: (
        Annotated[Literal["s", "m"], Field(json_schema_extra={"captions": {"s": {"en": "Small", "fr": "Petit"}}})]
        | None
    ) = None
    count: int = Field(1, gt=0, le=9)
    price: Annotated[Decimal, Field(ge=0, decimal_places=2)] | None = None
    day: dt.date | None = None
    moment: dt.datetime | None = None
    happy: bool = False
    friend: uuid.UUID | None = None

    @field_validator("name")
    @classmethod
    def _not_odd(cls, value: str) -> str:
        if value == "odd":
            raise ValueError("odd names are not taken")
        return value


RESOURCE = Resource(
    "things", object, Form, Text("Things", "Choses"), Text("thing", "chose"), "x:read", "x:write", ("name",),
    {"name": Text("Name", "Nom")}, {"friend": "things"},
)  # fmt: skip


@pytest.fixture
def inputs() -> dict[str, Input]:
    return {field.name: field for field in fields_of(RESOURCE)}


@pytest.mark.parametrize(
    ("name", "kind"),
    [("name", "text"), ("mail", "email"), ("story", "textarea"), ("poem", "textarea"), ("colour", "select"), ("size", "select"),
     ("count", "number"), ("price", "number"), ("day", "date"), ("moment", "datetime-local"), ("happy", "checkbox"),
     ("friend", "reference")],
)  # fmt: skip
def test_a_type_gives_its_input(inputs: dict[str, Input], name: str, kind: str) -> None:
    """Each type of the model is entered in the input made for it."""
    assert inputs[name].kind == kind


def test_limits_reach_the_browser(inputs: dict[str, Input]) -> None:
    """Lengths, bounds and decimals of the model are attributes of the input."""
    assert dict(inputs["name"].attributes) == {"maxlength": "80", "minlength": "2"}
    assert dict(inputs["count"].attributes) == {"min": "1", "max": "9", "step": "1"}
    assert (
        dict(inputs["price"].attributes) == {"min": "0.0", "step": "0.01"}
        or dict(inputs["price"].attributes)["step"] == "0.01"
    )


def test_choices_have_captions(inputs: dict[str, Input]) -> None:
    """A declared caption is shown, otherwise the value made readable."""
    assert inputs["size"].choices == (("s", "Small"), ("m", "M"))
    assert inputs["colour"].choices == (("red", "Red"), ("dark_blue", "Dark blue"))


def test_what_may_stay_empty_is_known(inputs: dict[str, Input]) -> None:
    """Fields that accept nothing are optional, fields with another default are not."""
    assert {name for name, field in inputs.items() if field.optional} == {
        "mail", "story", "poem", "size", "price", "day", "moment", "friend",
    }  # fmt: skip
    assert inputs["name"].required and not inputs["count"].required
