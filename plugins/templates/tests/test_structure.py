"""The structure document: what needs amount to, the same files from it, and what is wrong with one."""

from __future__ import annotations

import copy
import json
import random

import pytest
from dihya_hookspecs.generation import Needs
from dihya_templates.library import own_templates
from dihya_templates.schema import structure_schema
from dihya_templates.structure import kept, settled, text_of
from jsonschema import Draft202012Validator

PROVENANCE = ".dihya/provenance.json"


@pytest.fixture
def document(library):
    """Return the structure of a club that a test may change."""
    return copy.deepcopy(library.structure(Needs("", "association", "club")))


def built(library, document):
    files = library.render(Needs("", "", "", structure=document))
    return {path: text for path, text in files.items() if path != PROVENANCE}


@pytest.mark.exhaustive
def test_a_structure_gives_the_files_of_its_needs(library, needs):
    """Whatever options decided stands in the document: it gives the same bytes, but for the provenance, and is left as it is."""
    document = library.structure(needs)
    files = library.render(needs)
    again = json.loads(json.dumps(document))
    assert built(library, again) == {path: text for path, text in files.items() if path != PROVENANCE}
    assert library.structure(Needs("", "", "", structure=again)) == document
    assert files[".dihya/structure.json"] == text_of(kept(document))


@pytest.mark.parametrize("seed", range(50))
def test_a_sentence_gives_the_same_files_as_its_structure(editor, seed):
    """Some template, some of its options, and some things that a sentence named beside it."""
    chance = random.Random(seed)
    template = chance.choice(editor.all())
    flags = [name for name, option in template.options["properties"].items() if option["type"] == "boolean"]
    options = {name: True for name in flags if chance.random() < 0.3}
    named = editor.additions([chance.choice(editor.blocks()).name for _number in range(3)], template.name, options)
    needs = Needs("", template.name, "essai", options, chance.choice(("fr", "en")), tuple(named))
    document = json.loads(json.dumps(editor.structure(needs)))
    files = editor.render(needs)
    assert built(editor, document) == {path: text for path, text in files.items() if path != PROVENANCE}


def test_the_schema_is_a_schema_and_every_template_fits_it(library):
    """The published JSON Schema is valid, and knows neither options nor 'when'."""
    schema = structure_schema()
    Draft202012Validator.check_schema(schema)
    assert "when" not in schema["$defs"] and '"option"' not in json.dumps(schema)
    for template in own_templates():
        Draft202012Validator(schema).validate(library.structure(Needs("", template.name, "essai")))


def test_the_plugin_carries_its_structure_in_its_package_too(library):
    """An installed plugin says what it was built from."""
    files = library.render(Needs("", "association", "club"))
    assert files["src/dihya_club/structure.json"] == files[".dihya/structure.json"]
    assert json.loads(files[PROVENANCE])["structure"]


def test_name_and_title_of_the_needs_win(library, document):
    """Who builds a document under another name does not have to write into it."""
    found = library.complete(Needs("", "", "ailleurs", structure=document, title="Ailleurs"))
    assert (found.name, found.title, found.structure["name"]) == ("ailleurs", "Ailleurs", "ailleurs")


def test_the_shortest_document_is_filled_in(library):
    """Who sees a table, and what a document leaves unsaid, is decided and stands in it."""
    short = {
        "format": "dihya-structure 1", "name": "cave", "title": "Cave", "language": "fr", "roles": [{"name": "chef", "title": {"en": "Chief", "fr": "Chef"}}],
        "entities": [{"name": "bottle", "fields": [{"name": "label", "type": "text", "impersonal": "a thing"}]}],
    }  # fmt: skip
    whole = library.structure(Needs("", "", "", structure=short))
    assert whole["entities"][0]["access"] == {"read": ["chef", "auditeur"], "write": ["chef"]}
    assert whole == settled(whole)
    assert "class Bottle" in built(library, short)["src/dihya_cave/models.py"]


def test_what_things_were_called_is_not_carried_along(library, document):
    """An earlier name is of one step from version to version; the plugin that was built keeps none."""
    document["entities"][0]["was"] = "person"
    files = library.render(Needs("", "", "", structure=document))
    assert '"was"' not in files[".dihya/structure.json"]
