"""Each block is sound alone, and tells its records apart; no word is claimed by two."""

from __future__ import annotations

from collections import Counter

import pytest
from dihya_hookspecs import Invalid
from dihya_hookspecs.fields import Email, Iban, Phone
from dihya_hookspecs.generation import Needs
from dihya_templates.blocks import block_flaws, check_block, own_blocks, own_purposes
from dihya_templates.composing import sector_data
from dihya_templates.entities import caption_fields
from dihya_templates.library import template_from
from dihya_templates.schema import flaws, template_schema
from dihya_templates.service import Library
from dihya_tests.suite.columns import privacy
from sqlalchemy import Boolean, Column, Date, String

BLOCKS = {block.name: block for block in own_blocks()}


def alone(name):
    """Return a template of one block and what it cannot do without."""
    return template_from(
        sector_data(
            {
                "name": "alone",
                "version": "1.0.0",
                "title": {"en": "Alone", "fr": "Seul"},
                "description": {"en": "One block.", "fr": "Un bloc."},
                "words": ["one", "two", "three", "four"],
                "examples": ["a one", "a two", "a three", "a four"],
                "roles": [{"name": "office", "title": {"en": "Office", "fr": "Bureau"}, "does": ["lead"]}],
                "tables": [name],
            },
            BLOCKS,
        )
    )


@pytest.mark.parametrize("name", BLOCKS)
def test_a_block_alone_makes_a_plugin(name):
    """With what it cannot do without: its shape is right, its references lead somewhere, its sample obeys its rules."""
    assert block_flaws(BLOCKS[name].data) == []
    files = Library([alone(name)]).render(Needs("", "alone", "trial", language="fr"))
    compile(files["src/dihya_trial/models.py"], "models.py", "exec")


@pytest.mark.parametrize("name", BLOCKS)
def test_a_block_is_called_after_its_file_and_says_its_rules(name):
    """A file holds the block of its name; columns, caption and totals name fields that are there."""
    data = BLOCKS[name].data
    fields = {field["name"] for field in data["fields"]} | {"created_at", "changed_at"}
    named = {*caption_fields(data), *data.get("columns", ()), *data.get("search", ()), *data.get("totals", ())}
    assert named <= fields


@pytest.mark.parametrize("name", BLOCKS)
def test_a_block_is_searched_by_its_texts(name):
    """A choice or a number is filtered by, not searched."""
    texts = ("text", "long_text", "email", "phone", "url", "iban", "sequence")
    kinds = {field["name"]: field["type"] for field in BLOCKS[name].data["fields"]}
    assert {kinds[field] for field in BLOCKS[name].data.get("search", ())} <= set(texts)


@pytest.mark.parametrize("name", BLOCKS)
def test_the_sample_of_a_block_obeys_its_states(name):
    """A record has a state that there is, and what that state needs."""
    data = BLOCKS[name].data
    for row in data["sample"].values():
        for rule in data.get("rules", ()):
            if rule["rule"] == "states":
                default = next(field["default"] for field in data["fields"] if field["name"] == rule["field"])
                assert row.get(rule["field"], default) in rule["moves"]
            elif rule["rule"] == "required_when" and row.get(rule["when"]) == rule["is"]:
                assert rule["field"] in row, (name, row)


def test_no_word_names_two_blocks():
    """A word that names two things stands under ``maybe``, with the neighbours that decide."""
    said = Counter(word.lower() for block in BLOCKS.values() for word in {*map(str.lower, block.words)})
    assert [word for word, times in said.items() if times > 1] == []


def test_a_block_that_is_wrong_says_where():
    """A personal field without a purpose, and a purpose whose start is no date, are refused with their place."""
    data = dict(BLOCKS["loan"].data)
    with pytest.raises(Invalid, match="/purpose"):
        check_block({key: value for key, value in data.items() if key not in ("purpose", "start")})
    with pytest.raises(Invalid, match="/start"):
        check_block({**data, "start": "remark"})


def test_every_purpose_says_its_basis_its_period_and_where_that_stands():
    """A purpose has the shape of one of a template once the block's date is put in, and names its source and how sure that is."""
    shape = {"$ref": "#/$defs/purpose", "$defs": template_schema()["$defs"]}
    for name, purpose in own_purposes().items():
        whole = {**purpose, "retention": purpose["retention"].replace("{start}", "ended_on")}
        assert flaws(whole, shape) == [], name
        assert {"source", "confidence"} <= set(purpose), name


def test_no_purpose_ends_on_the_day_on_which_it_began():
    """What is kept until a date of the block ends there: that date is not the one on which something was given."""
    for block in BLOCKS.values():
        purpose = own_purposes().get(block.data.get("purpose"), {"retention": ""})
        if purpose["retention"].startswith("until {start}"):
            assert not block.data["start"].startswith(("given", "signed", "consent", "created", "recorded")), block.name


def test_the_source_of_a_purpose_fits_on_a_line():
    """It stands in the models of every plugin that uses it."""
    assert [name for name, purpose in own_purposes().items() if len(purpose["source"]) > 104] == []


@pytest.mark.parametrize("block", BLOCKS.values(), ids=BLOCKS)
def test_a_number_by_which_a_person_is_found_is_personal(block):
    """A given number of a table that goes with its person is personal too; a public body's file keeps its number."""
    if "erase" not in block.data and any("personal" in field for field in block.data["fields"]):
        assert all("personal" in field for field in block.data["fields"] if field["type"] == "sequence")


@pytest.mark.parametrize("block", BLOCKS.values(), ids=BLOCKS)
def test_what_is_about_nobody_is_not_plainly_about_a_person(block):
    """The suite would refuse every plugin with such a table: names and addresses of people are declared personal."""
    people = any("personal" in field for field in block.data["fields"])
    types = {
        "email": Email(),
        "phone": Phone(),
        "iban": Iban(),
        "date": Date(),
        "datetime": Date(),
        "boolean": Boolean(),
    }
    columns = [
        Column(field["name"], types.get(field["type"], String()))
        for field in block.data["fields"]
        if "impersonal" in field
    ]
    assert [column.name for column in columns if privacy.tells(column, people)] == []
