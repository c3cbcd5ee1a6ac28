"""A mistake is told at the part of the edit that is wrong."""

from __future__ import annotations

import pytest
from dihya_hookspecs import Invalid


@pytest.mark.parametrize(
    ("given", "pointer"),
    [
        ({"edit": "rename_table", "table": "nobody", "title": "x"}, "/table"),
        ({"edit": "remove_field", "table": "member", "field": "nothing"}, "/field"),
        ({"edit": "add_field", "table": "member", "label": "Lien", "type": "reference"}, "/to"),
        ({"edit": "add_field", "table": "member", "label": "Choix", "type": "enum"}, "/values"),
        ({"edit": "add_field", "table": "member", "label": " "}, "/label"),
        ({"edit": "set_access", "table": "member", "read": ["boss"], "write": []}, "/read/0"),
        ({"edit": "set_personal", "table": "member", "field": "email", "category": "contact.email", "purpose": "x"}, "/purpose"),
        ({"edit": "arrange_table", "table": "member", "columns": ["x"]}, "/columns/0"),
    ],
)  # fmt: skip
def test_what_cannot_be_done_is_told_at_its_part_of_the_edit(editor, club, given, pointer):
    """One sentence, one pointer."""
    with pytest.raises(Invalid) as refusal:
        editor.edit(club, given)
    assert [flaw.pointer for flaw in refusal.value.flaws] == [pointer]
    assert refusal.value.message == refusal.value.flaws[0].detail
