"""Edits keep a structure valid or refuse in one sentence."""

from __future__ import annotations

import random

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


@pytest.mark.parametrize("seed", range(8))
def test_any_sequence_of_edits_ends_in_a_valid_document(editor, whole, random_edit, seed):
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
