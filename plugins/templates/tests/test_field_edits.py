"""Fields come, go and change."""

from __future__ import annotations

import pytest
from dihya_hookspecs import Invalid


def table(document, name):
    return next(each for each in document["entities"] if each["name"] == name)


def field(document, name, of):
    return next(each for each in table(document, of)["fields"] if each["name"] == name)


def test_a_field_that_a_retention_counts_from_stays(edit, club):
    """It is refused with the purpose that needs it."""
    member = table(club, "member")
    purpose = club["purposes"][member["purpose"]]["retention"]
    needed = purpose.rsplit(" ", 1)[1]
    with pytest.raises(Invalid, match=f"counts from '{needed}'"):
        edit(club, "remove_field", table="member", field=needed)


def test_the_last_field_and_the_last_table_stay(edit):
    """A table without a field and an application without a table are nothing."""
    entity = {"name": "bottle", "fields": [{"name": "label", "type": "text", "impersonal": "a thing"}]}
    document = {"format": "dihya-structure 1", "name": "cave", "title": "Cave", "language": "fr", "entities": [entity]}
    for given in ({"edit": "remove_field", "field": "label"}, {"edit": "remove_table"}):
        with pytest.raises(Invalid, match="at least"):
            edit(document, given.pop("edit"), table="bottle", **given)


def test_a_new_type_drops_what_does_not_fit_it(edit, club):
    """Limits, defaults, rules and sample values of the old type go; a reference gets a name that ends in _id, and loses it again."""
    made = edit(club, "change_field", table="event", field="name", type="reference", to="member").structure
    found = field(made, "name_id", "event")
    assert (found["was"], found["to"]) == ("name", "member") and not {"personal", "impersonal", "max"} & set(found)
    assert all("name_id" not in row for row in table(made, "event")["sample"].values())
    back = field(edit(made, "change_field", table="event", field="name_id", type="text").structure, "name", "event")
    assert {"personal", "impersonal"} & set(back) and "was" not in back and "to" not in back
