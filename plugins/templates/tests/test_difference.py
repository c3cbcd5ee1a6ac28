"""What changes is said in sentences, in the reader's language."""

from __future__ import annotations

import pytest
from dihya_hookspecs.i18n import language
from dihya_templates.building import planned
from dihya_templates.difference import changes, impossible
from dihya_templates.pairing import pairs


def told(before, after):
    one, other = planned(before), planned(after)
    return changes(one, other, pairs(one, other))


def test_nothing_changed_says_nothing(club):
    """Two equal documents have no difference."""
    assert told(club, club) == []


@pytest.mark.parametrize(
    ("edits", "said", "loses"),
    [
        ([("set_title", {"title": "Autre"})], "called “Autre”", False),
        ([("remove_table", {"table": "donation"})], "its records are kept in the file", True),
        ([("remove_field", {"table": "event", "field": "capacity"})], "its values are kept in the file", True),
        ([("change_field", {"table": "event", "field": "capacity", "type": "text"})], "(integer, now text)", True),
        ([("add_field", {"table": "event", "label": "Teinte", "required": True})], "get '?'", False),
        ([("set_access", {"table": "event", "read": [], "write": []})], "who sees or changes", False),
        ([("add_role", {"title": "Arbitre"})], "role “Arbitre” is new", False),
        ([("rename_table", {"table": "event", "name": "outing"})], "events becomes outings", False),
        ([("change_field", {"table": "event", "field": "name", "unique": True})], "no two records", False),
    ],
)  # fmt: skip
def test_each_change_has_its_sentence(club, edit, edits, said, loses):
    """A change is one sentence, which says whether values may go into the file."""
    document = club
    for which, given in edits:
        document = edit(document, which, **given).structure
    found = told(club, document)
    assert any(said in change.text and change.loses is loses for change in found), found


def test_titles_are_those_of_the_reader(club, edit):
    """A French reader reads French labels."""
    document = edit(club, "remove_field", table="event", field="capacity").structure
    token = language.set("fr")
    try:
        assert any("Événements" in change.text for change in told(club, document))
    finally:
        language.reset(token)


def test_only_values_that_nobody_can_make_up_are_impossible(club, edit):
    """A required text gets a mark; a required and unique one cannot."""
    document = edit(club, "add_field", table="event", label="Teinte", required=True).structure
    before, after = planned(club), planned(document)
    assert impossible(after, pairs(before, after)) == []
    after = planned(edit(document, "change_field", table="event", field="teinte", unique=True).structure)
    assert [flaw.detail[-16:] for flaw in impossible(after, pairs(before, after))] == ["make it optional"]
