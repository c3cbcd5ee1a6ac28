"""The schema refuses what is no template, and says where and why."""

from __future__ import annotations

import pytest
from dihya_templates.schema import entity_schema, flaws, template_flaws, template_schema
from jsonschema import Draft202012Validator


def test_schemas_are_schemas():
    """Both schemas are valid JSON Schema 2020-12."""
    Draft202012Validator.check_schema(template_schema())
    Draft202012Validator.check_schema(entity_schema())


def test_small_template_fits(small):
    """A template with only what is required fits."""
    assert template_flaws(small) == []


def spoil_missing(data):
    del data["purposes"]


def spoil_unknown(data):
    data["entities"][0]["colour"] = "red"


def spoil_type(data):
    data["entities"][0]["fields"][0]["type"] = "blob"


def spoil_both(data):
    data["entities"][0]["fields"][0]["impersonal"] = "not so"


def spoil_category(data):
    data["entities"][0]["fields"][0]["personal"] = "aura"


def spoil_reference(data):
    data["entities"][0]["fields"].append({"name": "team_id", "type": "reference"})


def spoil_rule(data):
    data["entities"][0]["rules"] = [{"rule": "not_before", "field": "nickname"}]


@pytest.mark.parametrize(
    ("spoil", "pointer", "words"),
    [
        (spoil_missing, "", "'purposes' is a required property"),
        (spoil_unknown, "/entities/0", "'colour' was unexpected"),
        (spoil_type, "/entities/0/fields/0/type", "'blob' is not one of"),
        (spoil_both, "/entities/0/fields/0", "exactly one of 'personal' and 'impersonal'"),
        (spoil_category, "/entities/0/fields/0/personal", "'aura' is not one of"),
        (spoil_reference, "/entities/0/fields/1", "'to' is a required property"),
        (spoil_rule, "/entities/0/rules/0", "'than' is a required property"),
    ],
)
def test_mistakes_are_named(small, spoil, pointer, words):
    """Each mistake has a pointer to its place and says what is wrong."""
    spoil(small)
    found = template_flaws(small)
    assert any(flaw.pointer == pointer and words in flaw.detail for flaw in found), found


def test_pointers_start_where_they_are_told():
    """The flaws of a part point into the whole; long values are cut."""
    (flaw,) = flaws({"a/b": "x" * 1000}, {"properties": {"a/b": {"type": "integer"}}}, "/options")
    assert flaw.pointer == "/options/a~1b"
    assert len(flaw.detail) < 210
