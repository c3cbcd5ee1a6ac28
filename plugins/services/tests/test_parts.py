"""The parts of a structure."""

from __future__ import annotations

import pytest
from dihya_services.editor import parts

DOCUMENT = {
    "entities": [
        {"name": "member", "title": {"en": "Members", "fr": "Adhérents"}, "purpose": "register",
         "access": {"read": ["coach", "dpo"], "write": []}, "fields": [{"name": "name", "type": "text", "personal": "name"}]},
        {"name": "loan", "access": {"read": [], "write": []}, "fields": [{"name": "member_id", "type": "reference", "to": "member"}]},
    ],
    "roles": [{"name": "coach"}],
    "purposes": {"register": {"title": "register"}},
}  # fmt: skip


@pytest.mark.parametrize(
    ("pointer", "named"),
    [
        ("/entities/0/fields/0", ("member", "name")),
        ("/entities/1", ("loan", "")),
        ("/entities/7", ("", "")),
        ("", ("", "")),
    ],
)
def test_a_pointer_names_a_table_and_a_field(pointer: str, named: tuple[str, str]) -> None:
    """ "" for what it does not name."""
    assert parts.named(DOCUMENT, pointer) == named


def test_what_points_to_what_and_what_is_held_for_what() -> None:
    """Each reference once; the tables of a purpose; a title of one's own or the technical name in words."""
    found = [(table["name"], field["name"], to["name"]) for table, field, to in parts.references(DOCUMENT)]
    assert found == [("loan", "member_id", "member")]
    assert [each["name"] for each in parts.used_by(DOCUMENT, "register")] == ["member"]
    assert [parts.title_of(each) for each in DOCUMENT["entities"]] == ["Members", "Loan"]


def test_shared_roles_are_shown_where_a_table_names_them() -> None:
    """The auditor always, the others when they see something."""
    shared = [{"name": "admin"}, {"name": "auditeur"}, {"name": "dpo"}]
    assert [role["name"] for role in parts.roles_of(DOCUMENT, shared)] == ["coach", "auditeur", "dpo"]
