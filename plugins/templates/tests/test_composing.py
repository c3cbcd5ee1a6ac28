"""Blocks among the tables that are there: references by role, purposes, access."""

from __future__ import annotations

import random

import pytest
from dihya_hookspecs.generation import Needs
from dihya_templates.blocks import own_blocks
from dihya_templates.composing import Composer, additions, sector_data
from dihya_templates.library import own_templates
from dihya_templates.service import Library

BLOCKS = {block.name: block for block in own_blocks()}
ROLES = [
    {"name": "head", "title": {"en": "Head", "fr": "Direction"}, "does": ["lead"]},
    {"name": "clerk", "title": {"en": "Clerk", "fr": "Guichet"}, "does": ["desk"]},
    {"name": "keeper", "title": {"en": "Keeper", "fr": "Magasin"}, "does": ["stock"]},
]


@pytest.fixture
def composer():
    return Composer(BLOCKS, ROLES)


def field(table, name):
    return next((each for each in table["fields"] if each["name"] == name), None)


def test_what_a_block_cannot_do_without_comes_along(composer):
    """A loan needs a thing and somebody to lend it to; what is there already is not brought again."""
    assert composer.closed(["loan"])[0] == "loan" and "equipment" in composer.closed(["loan"])
    assert composer.closed(["loan"], {"member": "member", "equipment": "equipment"}) == ["loan"]


def test_a_reference_by_role_leads_to_whom_the_plugin_is_about(composer):
    """The same loan is a member's here, and a pupil's there."""
    for person in ("member", "pupil"):
        table = composer.table("loan", {person: person, "equipment": "equipment", "loan": "loan"})
        assert field(table, "borrower_id")["to"] == person


def test_the_first_thing_of_a_list_that_is_there_is_meant(composer):
    """Without equipment a book is lent."""
    table = composer.table("loan", {"member": "member", "book": "book", "loan": "loan"})
    assert field(table, "thing_id")["to"] == "book"


def test_an_optional_reference_to_nothing_is_left_out_everywhere(composer):
    """Neither field nor column nor caption speaks of it."""
    alone = composer.table("task", {"task": "task"})
    for name in ("project_id", "assignee_id"):
        assert field(alone, name) is None
        assert name not in alone["columns"] and name not in alone.get("caption", "")
    there = composer.table("task", {"task": "task", "employee": "employee"})
    assert field(there, "assignee_id")["to"] == "employee"


def test_who_does_the_work_sees_and_changes_it(composer):
    """Whoever leads may always; auditors read."""
    table = composer.table("equipment", {"equipment": "equipment"})
    assert table["access"]["write"] == ["head", "clerk", "keeper"]
    assert table["access"]["read"][-1] == "auditeur"


def test_an_auditor_does_not_read_what_is_of_a_special_category(composer):
    """Health stays with those who care."""
    tables = {"patient": "patient", "practitioner": "practitioner", "consultation": "consultation"}
    assert "auditeur" not in composer.table("consultation", tables)["access"]["read"]


def test_a_purpose_counts_from_the_date_that_the_block_names(composer):
    """Two blocks with one purpose and different dates get two purposes."""
    composer.table("loan", {"member": "member", "equipment": "equipment", "loan": "loan"})
    assert composer.purposes["loans"]["retention"].endswith("after returned_on")


def test_two_sectors_share_no_table_that_is_changed_for_one():
    """What one trade calls its members does not change the block."""
    before = dict(BLOCKS["member"].data["title"])
    library = next(each for each in own_templates() if each.name == "bibliotheque")
    assert next(each for each in library.entities if each["name"] == "member")["title"]["fr"] == "Lecteurs"
    assert BLOCKS["member"].data["title"] == before


def test_blocks_beside_a_template_use_its_tables_and_roles(library):
    """A club that lends computers lends them to its members; nothing is brought that it has."""
    association = library.get("association")
    found = additions(["member", "loan", "equipment"], association.data, BLOCKS)
    assert [table["name"] for table in found] == ["loan", "equipment"]
    loan = found[0]
    assert field(loan, "borrower_id")["to"] == "member"
    assert loan["access"]["write"] == ["secretaire"] and "loans" in loan["purposes"]
    assert Library([association, *own_blocks()]).render(Needs("", "association", "club", entities=tuple(found)))


def test_a_template_that_stands_for_a_block_is_not_given_it_again(library):
    """Dues of an association are its membership fees."""
    assert additions(["fee"], library.get("association").data, BLOCKS) == []


def test_a_switch_says_what_it_brings_along():
    """A switch says what it brings along, and is on where something usual needs it."""
    sector = {
        "name": "trial", "version": "1.0.0", "title": {"en": "T", "fr": "T"}, "description": {"en": "T", "fr": "T"},
        "words": [], "examples": [], "roles": ROLES, "tables": [{"block": "member", "usual": False}, "equipment", "loan"],
    }  # fmt: skip
    options = sector_data(sector, BLOCKS)["options"]
    assert "members" in options["loans"]["x-help"]["en"]
    assert options["members"]["default"] is True


@pytest.mark.parametrize("template", own_templates(), ids=lambda template: template.name)
def test_any_block_stands_beside_any_template(template):
    """Whatever a sentence names is added whole: its purpose counts from a date that its own table has."""
    library = Library([template, *own_blocks()])
    drawn = random.Random(template.name).sample(sorted(BLOCKS), 6)
    added = tuple(library.additions(drawn, template.name, {}))
    library.complete(Needs("", template.name, "trial", entities=added))
