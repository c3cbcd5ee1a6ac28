"""Edits keep a structure valid or refuse in one sentence."""

from __future__ import annotations

import random
from typing import Any

import pytest
from dihya_hookspecs import Invalid
from dihya_hookspecs.generation import Needs
from dihya_templates.checking import checked
from jsonschema import Draft202012Validator


def test_the_document_that_is_given_stays_as_it_is(edit, club, whole):
    """An edit is a function: it gives another document."""
    edit(club, "set_title", title="Autre")
    assert club == whole


def test_the_schema_names_every_edit(editor):
    """The published schema is valid, and each edit says what it does."""
    schema = editor.edit_schema()
    Draft202012Validator.check_schema(schema)
    assert len(schema["discriminator"]["mapping"]) == 24
    assert all(
        schema["$defs"][name.rsplit("/", 1)[1]]["description"] for name in schema["discriminator"]["mapping"].values()
    )


def test_what_is_no_edit_is_refused(editor, club):
    """An unknown edit, an unknown part, a wrong type."""
    for given in (
        {},
        {"edit": "explode"},
        {"edit": "set_title", "title": 3},
        {"edit": "set_title", "title": "x", "more": 1},
    ):
        with pytest.raises(Invalid):
            editor.edit(club, given)


def random_edit(chance: random.Random, document: Any) -> dict[str, Any]:
    """Return some edit of some part, as somebody could make it."""
    entity = chance.choice(document["entities"])
    found, other = chance.choice(entity["fields"]), chance.choice(document["entities"])
    at = {"table": entity["name"], "field": found["name"]}
    word = chance.choice(
        ["Couleur", "Poids", "Note", "Date", "Allergies", "Courriel", "Prix", "É", "order", "Nom"]
    ) + chance.choice(["", " 2", "s"])
    kinds = [
        "text",
        "long_text",
        "integer",
        "decimal",
        "money",
        "boolean",
        "date",
        "email",
        "enum",
        "reference",
        "sequence",
        "percentage",
    ]
    more = {"to": other["name"], "values": ["Un", "Deux"]}
    return chance.choice(
        [
            {"edit": "add_table", "title": word, "at": chance.randint(0, 3)},
            {"edit": "add_table", "block": chance.choice(["loan", "equipment", "invoice", "room", "booking", "pupil"])},
            {"edit": "rename_table", "table": entity["name"], "title": word, "name": f"{entity['name'][:20]}_b"},
            {"edit": "remove_table", "table": entity["name"]},
            {"edit": "move_table", "table": entity["name"], "to": chance.randint(0, 9)},
            {"edit": "add_field", "table": entity["name"], "label": word, "type": chance.choice(["", *kinds]), **more},
            {"edit": "add_field", "table": entity["name"], "label": word},
            {"edit": "rename_field", **at, "label": word, "name": f"{found['name'][:20]}_b"},
            {"edit": "remove_field", **at},
            {"edit": "move_field", **at, "to": chance.randint(0, 9)},
            {"edit": "change_field", **at, "type": chance.choice(kinds), **more},
            {"edit": "change_field", **at, "required": chance.random() < 0.5, "unique": chance.random() < 0.3},
            {"edit": "set_choices", **at, "choices": [{"title": "A"}, {"title": "B"}]},
            {"edit": "set_personal", **at, "category": chance.choice(["content", "health_and_medical", "name"])},
            {"edit": "set_impersonal", **at, "reason": "rien"},
            {"edit": "set_person", "table": entity["name"], "person": chance.random() < 0.5},
            {"edit": "add_role", "title": word},
            {"edit": "set_access", "table": entity["name"], "read": ["auditeur"], "write": []},
        ]
    )


@pytest.mark.parametrize("seed", range(8))
def test_any_sequence_of_edits_ends_in_a_valid_document(editor, whole, seed):
    """Each edit is made or refused in one sentence; what is left renders as Python that compiles."""
    chance, document, made = random.Random(seed), whole, 0
    for _number in range(25):
        try:
            document = dict(editor.edit(document, random_edit(chance, document)).structure)
            made += 1
        except Invalid as error:
            assert len(error.flaws) >= 1 and error.message
    assert made >= 8 and checked(document) == document
    for path, text in editor.render(Needs("", "", "", structure=document)).items():
        if path.endswith(".py"):
            compile(text, path, "exec")
