"""What a model may add."""

from __future__ import annotations

import jsonschema
import pytest
from dihya_services import structure

FIELD = {"name": "colour", "type": "text", "label_en": "Colour", "label_fr": "Couleur", "personal": "none"}
TABLE = {
    "name": "boat",
    "title_en": "Boats",
    "title_fr": "Bateaux",
    "is_person": False,
    "belongs_to": "member",
    "fields": [FIELD],
}


@pytest.fixture
def template(fakes):
    """The first template."""
    return fakes.library.get("association")


def test_the_schema_is_strict(template) -> None:
    """It is a valid schema that takes a good answer and refuses anything else, without words for people in it."""
    schema = structure.schema(template)
    jsonschema.Draft202012Validator.check_schema(schema)
    good = {"title": "x", "options": {"seats": 3}, "fields": [{"entity": "member", **FIELD}], "tables": [TABLE]}
    jsonschema.validate(good, schema)
    for bad in (
        {**good, "shell": "rm"},
        {**good, "fields": [{"entity": "users", **FIELD}]},
        {**good, "options": {"x": 1}},
    ):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(bad, schema)
    assert "x-title" not in str(schema)


def test_fields_say_whether_they_are_personal(template) -> None:
    """A category is taken over; without one the field says why it is not about a person."""
    extra, notices = structure.read(
        {"fields": [{"entity": "member", **FIELD}, {"entity": "member", **FIELD, "personal": "name"}]}, template
    )
    plain, personal = extra.entities[0]["fields"]
    assert plain["impersonal"] and "personal" not in plain
    assert personal["personal"] == "name" and "impersonal" not in personal
    assert notices == []


def test_a_new_table_leads_to_a_person(template) -> None:
    """It refers to the table it belongs to, or is about people itself, and has a purpose of the template."""
    extra, _ = structure.read(
        {"tables": [TABLE, {**TABLE, "name": "sailor", "is_person": True, "belongs_to": "none"}]}, template
    )
    boat, sailor = extra.entities
    assert boat["fields"][0] == {"name": "member_id", "type": "reference", "to": "member", "required": True}
    assert sailor["subject"] == "id" and sailor["purpose"] == "membership"


def test_a_table_that_is_there_is_not_added(template) -> None:
    """The template's own table stays as it is, and that is said."""
    extra, notices = structure.read({"tables": [{**TABLE, "name": "member"}]}, template)
    assert extra.entities == () and len(notices) == 1
