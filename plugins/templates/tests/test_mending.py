"""What an edit leaves behind fits again."""

from __future__ import annotations


def table(document, name):
    return next(each for each in document["entities"] if each["name"] == name)


def test_removing_a_field_removes_what_only_it_was_for(edit, club):
    """Caption, columns, samples and rules no longer name it; what people lose besides is said."""
    made = edit(club, "remove_field", table="member", field="first_name").structure
    found = table(made, "member")
    assert "first_name" not in found["caption"] and found["caption"] == "{last_name}"
    assert "first_name" not in str(found)
