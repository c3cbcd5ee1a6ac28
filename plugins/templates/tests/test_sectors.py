"""Each sector is a list of blocks that makes a whole plugin, in the words of its trade."""

from __future__ import annotations

import pytest
from dihya_hookspecs.generation import Needs
from dihya_templates.blocks import own_blocks
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
def test_each_table_of_a_sector_can_be_left_out(templates, name):
    """Those that cannot be without it go with it; the rest is still a plugin."""
    template = templates[name]
    library = Library([template, *own_blocks()])
    for table in template.options["properties"]:
        if sum(bool(option["default"]) for option in template.options["properties"].values()) < 2:
            continue
        whole = library.complete(Needs("", name, "trial", {table: False}))
        assert whole.options[table] is False
