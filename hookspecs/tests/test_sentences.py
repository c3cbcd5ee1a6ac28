"""Plain words for what pydantic finds."""

from __future__ import annotations

import re
from typing import Literal

import pytest
from dihya_hookspecs.i18n import use
from dihya_hookspecs.resources.sentences import SENTENCES, complaint, pointer
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
    return complaint(caught.value.errors()[0])


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


def test_complaints_are_in_the_reader_s_language():
    """A French reader gets French words, whichever face shows them."""
    use("fr", None)
    try:
        assert said(int, "x") == "doit être un nombre entier"
    finally:
        use("en", None)


@pytest.mark.parametrize("code", sorted(SENTENCES))
def test_both_languages_name_the_same_limits(code):
    """A sentence that names a limit names it in both languages."""
    said = SENTENCES[code]
    assert set(re.findall(r"%\(\w+\)s", said.en)) == set(re.findall(r"%\(\w+\)s", said.fr))


def test_pointers_are_escaped():
    """Slashes and tildes in names are written as RFC 6901 says, and broken text cannot break the answer."""
    assert pointer(["a/b", "c~d", 0]) == "/a~1b/c~0d/0"
    assert pointer(["\ud800"]) == "/?"
