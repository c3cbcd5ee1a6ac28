"""Tables come, go and move."""

from __future__ import annotations

import pytest
from dihya_hookspecs import Invalid
from dihya_hookspecs.generation import Needs


def table(document, name):
    return next(each for each in document["entities"] if each["name"] == name)


def field(document, name, of):
    return next(each for each in table(document, of)["fields"] if each["name"] == name)


def test_removing_a_table_frees_its_references(edit, club):
    """Fields of others that point to it go, and are named; a table without which others are about nobody stays."""
    made = edit(club, "remove_table", table="event")
    assert not [each for entity in made.structure["entities"] for each in entity["fields"] if each.get("to") == "event"]
    assert any("goes with it" in notice for notice in made.notices)
    with pytest.raises(Invalid, match="lead to nobody"):
        edit(club, "remove_table", table="member")


def test_a_new_table_can_be_filled_at_once(edit, club, editor):
    """It has a name field, a caption, the access of an ordinary table, and a plugin is made of it."""
    made = edit(club, "add_table", title="Stages d'été", singular="Stage d'été", at=1)
    found = made.structure["entities"][1]
    assert (found["name"], found["plural"], made.place) == ("stage_ete", "stages_ete", "/entities/1")
    assert found["access"]["write"] and found["caption"] == "{name}"
    assert "class StageEte" in editor.render(Needs("", "", "", structure=made.structure))["src/dihya_club/models.py"]


def test_a_block_comes_with_what_it_needs(edit, club):
    """A loan of equipment brings the equipment along, points to the members, and its purpose stands in the document."""
    made = edit(club, "add_table", block="loan")
    assert {"loan", "equipment"} <= {each["name"] for each in made.structure["entities"]}
    assert field(made.structure, "borrower_id", "loan")["to"] == "member"
    with pytest.raises(Invalid, match="there already"):
        edit(made.structure, "add_table", block="loan")
