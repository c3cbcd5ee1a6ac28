"""What the explorer page shows."""

from __future__ import annotations

import copy
import json

import pytest
from dihya_docs import explorer

DOCUMENT = {
    "tags": [{"name": "books", "description": "Books."}],
    "components": {
        "schemas": {
            "Book": {
                "type": "object",
                "required": ["title"],
                "properties": {
                    "title": {"type": "string", "maxLength": 9, "description": "Its title."},
                    "day": {"anyOf": [{"type": "string", "format": "date"}, {"type": "null"}]},
                    "next": {"$ref": "#/components/schemas/Book"},
                    "words": {"type": "array", "items": {"type": "string"}},
                    "kind": {"enum": ["a", "b"]},
                    "size": {"type": ["integer", "null"], "minimum": 1},
                },
            }
        }
    },
    "paths": {
        "/api/v1/books": {
            "post": {
                "operationId": "books.add",
                "tags": ["books"],
                "parameters": [{"name": "dry", "in": "query", "schema": {"enum": ["yes", "no"]}}],
                "requestBody": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Book"}}}},
                "responses": {"201": {"description": "Done."}},
            },
            "get": {"operationId": "books.list", "responses": {}},
        }
    },
}


def test_groups_follow_the_tags():
    """Operations stand below their tag; those without one come last."""
    found = explorer.groups(DOCUMENT)
    assert [(group.name, [each.id for each in group.operations]) for group in found] == [
        ("books", ["books-add"]),
        ("", ["books-list"]),
    ]
    assert found[0].operations[0].parameters[0].choices == ("yes", "no")


def test_fields_are_said_in_words():
    """Each field has a type, rules and whether it is required."""
    fields = {field.name: field for field in explorer.fields(DOCUMENT, DOCUMENT["components"]["schemas"]["Book"])}
    assert (fields["title"].kind, fields["title"].required, fields["title"].note) == (
        "string",
        True,
        "Its title.; maxLength 9",
    )
    assert fields["day"].kind == "string (date) or null"
    assert (fields["words"].kind, fields["size"].kind) == ("list of string", "integer or null")


def test_the_sample_body_has_the_shape_of_the_schema():
    """There is something to begin with, and a schema that contains itself ends."""
    sample = explorer.example(DOCUMENT, {"$ref": "#/components/schemas/Book"})
    assert (sample["title"], sample["day"], sample["words"], sample["kind"], sample["size"]) == (
        "",
        "2026-01-31",
        [],
        "a",
        1,
    )
    assert sample["next"]["next"]["title"] == ""


@pytest.mark.parametrize(
    ("schema", "value"), [({"default": 3}, 3), ({"examples": ["x"]}, "x"), ({"type": "boolean"}, False), ({}, None)]
)
def test_examples_and_defaults_win(schema, value):
    """What the schema suggests is taken before anything is made up."""
    assert explorer.example(DOCUMENT, schema) == value


def test_the_sample_that_the_interface_gives_is_shown():
    """One is made of the schema only where there is none; without a body there is no sample."""
    (adding,), (listing,) = (group.operations for group in explorer.groups(DOCUMENT))
    assert json.loads(adding.sample)["day"] == "2026-01-31" and listing.sample == ""
    given = copy.deepcopy(DOCUMENT)
    body = given["paths"]["/api/v1/books"]["post"]["requestBody"]["content"]["application/json"]
    body["example"] = {"title": "Azul"}
    assert json.loads(explorer.groups(given)[0].operations[0].sample) == {"title": "Azul"}
