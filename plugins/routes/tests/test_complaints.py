"""Plain words for what pydantic finds."""

from __future__ import annotations

from typing import Literal

import pytest
from dihya_routes import complaints
from pydantic import BaseModel, TypeAdapter, ValidationError, field_validator


class Form(BaseModel):
    """A form with a rule of its own."""

    name: str = ""

    @field_validator("name")
    @classmethod
    def no_capitals(cls, value: str) -> str:
        """Refuse capitals."""
        if value != value.lower():
            raise ValueError("Must be written in small letters.")
        return value


def said(kind, value):
    """Return the complaint about a value."""
    with pytest.raises(ValidationError) as caught:
        TypeAdapter(kind).validate_python(value)
    return complaints.complaint(caught.value.errors()[0])


@pytest.mark.parametrize(
    ("kind", "value", "words"),
    [
        (int, "x", "must be a whole number"),
        (Literal["a", "b", "c"], "d", "must be one of 'a', 'b', 'c'"),
        (Form, {"name": "Tin"}, "must be written in small letters"),
        (Form, {"name": None}, "must be text"),
        (tuple[int, int], [1], "field required"),
    ],
)
def test_complaints_are_plain(kind, value, words):
    """Known types have words of ours; a rule of the form keeps its own, in our style; none quotes the input."""
    assert said(kind, value) in (words, "is required" if words == "field required" else words)


def test_complaints_are_in_the_reader_s_language(library):
    """With the i18n plugin, a French reader gets French words."""
    client = library("i18n").client("admin")
    answer = client.post("/api/v1/library/books", json={}, headers={"Accept-Language": "fr"})
    assert "obligatoire" in answer.json["errors"][0]["detail"]
