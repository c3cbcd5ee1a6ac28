"""From bodies to column values."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from dihya_hookspecs import Invalid
from dihya_hookspecs.resources import writing
from pydantic import BaseModel, Field
from sqlalchemy import JSON, Column, Integer, String


class Form(BaseModel):
    """Three fields."""

    name: str = Field(max_length=9)
    size: int = 1
    data: dict[str, int] | None = None


COLUMNS = {"name": Column("name", String(3)), "size": Column("size", Integer), "data": Column("data", JSON)}


def test_a_new_record_has_all_fields_of_the_form():
    """Defaults are filled in; what the column cannot hold is refused although the form allows it."""
    assert writing.whole(Form, COLUMNS, {"name": "Tin"}) == {"name": "Tin", "size": 1, "data": None}
    with pytest.raises(Invalid) as caught:
        writing.whole(Form, COLUMNS, {"name": "Tinhinane"})
    assert [flaw.pointer for flaw in caught.value.flaws] == ["/name"]


@pytest.mark.parametrize(
    ("patch", "changed"),
    [
        ({}, {}),
        ({"size": 1}, {}),
        ({"size": 2}, {"size": 2}),
        ({"data": None}, {"data": None}),
        ({"data": {"a": None, "b": 2}}, {"data": {"b": 2}}),
    ],
)
def test_a_patch_gives_only_what_differs(patch, changed):
    """What stays the same is not written, so that versions and audit say what really changed."""
    record = SimpleNamespace(name="Tin", size=1, data={"a": 1})
    assert writing.merged(Form, COLUMNS, record, patch) == changed
