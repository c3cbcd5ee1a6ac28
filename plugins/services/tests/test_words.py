"""What the editor says of types, purposes and edits."""

from __future__ import annotations

import pytest
from dihya_services.editor import words

DOCUMENT = {
    "entities": [
        {"name": "member", "title": "Members", "purpose": "register", "fields": [
            {"name": "left_on", "type": "date", "label": {"en": "Left", "fr": "Parti le"}, "personal": "account"}]},
    ],
    "roles": [{"name": "coach", "title": "Coach"}],
    "purposes": {"register": {"title": {"en": "register", "fr": "registre"}, "basis": "contract", "retention": "3y after left_on"}},
}  # fmt: skip


def test_a_retention_names_dates_as_people_do() -> None:
    """The column of the tables that use the purpose."""
    assert words.kept("3y after left_on", DOCUMENT, "register") == "3 years after “Left”"
    assert words.kept("nonsense", DOCUMENT) == "nonsense"


def test_a_purpose_is_said_in_one_sentence() -> None:
    """What for, on which basis, how long."""
    said = words.why(DOCUMENT["purposes"]["register"], DOCUMENT, "register")
    assert said.startswith("register – contract:") and said.endswith("kept: 3 years after “Left”")


@pytest.mark.parametrize(
    ("edit", "said"),
    [
        ({"edit": "add_table", "title": "Boats"}, "Table “Boats” is added."),
        ({"edit": "remove_table", "table": "member"}, "Table “Members” is removed."),
        ({"edit": "move_field", "table": "member", "field": "left_on"}, "Field “Left” of “Members” is moved."),
        (
            {"edit": "rename_field", "table": "member", "field": "left_on", "help": "x"},
            "Field “Left” of “Members” is changed.",
        ),
        ({"edit": "remove_role", "role": "coach"}, "Role “Coach” is removed."),
        ({"edit": "set_erasure", "table": "member"}, "“Members” is changed."),
        ({"edit": "something new"}, "The structure is changed."),
    ],
)
def test_each_edit_is_said(edit: dict, said: str) -> None:
    """In the words of the document before it."""
    assert words.did(edit, DOCUMENT) == said


def test_a_category_that_nobody_chooses_has_a_name_too() -> None:
    """It stands among the others where a document holds it."""
    assert "user_sensor" not in words.categories() and words.categories("user_sensor")["user_sensor"] == "user sensor"
