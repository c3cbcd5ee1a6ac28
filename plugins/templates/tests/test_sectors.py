"""Each sector is a list of blocks that makes a whole plugin, in the words of its trade."""

from __future__ import annotations

from collections import Counter

import pytest
from dihya_hookspecs.generation import Needs
from dihya_templates.blocks import own_blocks
from dihya_templates.choice import chosen
from dihya_templates.completion import name_flaws
from dihya_templates.library import check, own_templates, parsed, texts_in
from dihya_templates.schema import flaws, sector_schema
from dihya_templates.service import Library

SECTORS = {data["name"]: data for data in map(parsed, texts_in("sectors"))}


@pytest.fixture(scope="module")
def templates():
    return {template.name: template for template in own_templates()}


@pytest.mark.parametrize("name", SECTORS)
def test_a_sector_is_whole(templates, name):
    """Its shape is right, its blocks are there, somebody leads, and the plugin of its usual tables can be rendered."""
    assert flaws(SECTORS[name], sector_schema()) == []
    assert any("lead" in role["does"] for role in SECTORS[name]["roles"])
    template = templates[name]
    check(template.data)
    files = Library([template, *own_blocks()]).render(Needs("", name, "trial", language="fr"))
    compile(files["src/dihya_trial/models.py"], "models.py", "exec")


@pytest.mark.parametrize("name", SECTORS)
def test_a_table_of_a_sector_brings_what_it_needs(templates, name):
    """Whoever wants it gets the tables that it cannot do without along."""
    template = templates[name]
    library = Library([template, *own_blocks()])
    switches = template.options["properties"]
    for switch in switches:
        options = library.complete(Needs("", name, "trial", {switch: True})).options
        there = chosen(template.data, options)["entities"]
        known = {entity["name"] for entity in there}
        assert any(switch in entity.get("when", ()) for entity in template.entities if entity["name"] in known)
        assert all(field["to"] in known for entity in there for field in entity["fields"] if "to" in field)


def test_a_name_of_a_business_belongs_to_one_trade(templates):
    """Two trades that claim it would cancel each other."""
    owners = Counter(name for template in templates.values() for name in set(template.names))
    assert [name for name, count in owners.items() if count > 1] == []


def test_the_name_that_a_trade_suggests_can_be_a_plugins(templates):
    """Nothing in Python or in Dihya is called so."""
    suggested = [str(each.data.get("suggested_name", each.name)) for each in templates.values()]
    assert [name_flaws(name, {}) for name in suggested if name_flaws(name, {})] == []
