"""Parts of two versions find each other."""

from __future__ import annotations

from dihya_templates.building import planned
from dihya_templates.pairing import origins, pairs


def test_was_wins_over_the_same_name():
    """A part that took the name of a renamed one is new; an earlier name that nobody bore says nothing."""
    before = {"a": {}, "b": {}}
    parts = [{"name": "c", "was": "a"}, {"name": "a"}, {"name": "b", "was": "nobody"}]
    assert origins(parts, before) == {"c": "a", "b": "b"}


def test_tables_and_fields_are_paired(club, edit):
    """Renamed, new and gone ones, each once."""
    document = edit(club, "rename_table", table="event", name="outing").structure
    document = edit(document, "add_field", table="outing", label="Couleur").structure
    document = edit(document, "remove_field", table="outing", field="capacity").structure
    document = edit(document, "remove_table", table="donation").structure
    found = pairs(planned(club), planned(document))
    assert [pair.old.name for pair in found if pair.new is None] == ["donation"]
    outing = next(pair for pair in found if pair.new and pair.new.name == "outing")
    assert outing.old.name == "event"
    assert [new.name for new, old in outing.fields if old is None] == ["couleur"]
    assert [old.name for new, old in outing.fields if new is None] == ["capacity"]
