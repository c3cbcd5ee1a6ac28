"""The forms of fields, as edits."""

from __future__ import annotations

from typing import Any

import pytest
from dihya_hookspecs import Invalid
from dihya_services.editor.field_forms import add_field, change_field, remove_field, standing
from werkzeug.datastructures import MultiDict

SIZE = {
    "name": "size", "type": "enum", "label": {"en": "Size", "fr": "Taille"}, "impersonal": {"en": "a thing", "fr": "une chose"},
    "values": [{"name": "s", "title": {"en": "Small", "fr": "Petit"}}, {"name": "l", "title": {"en": "Large", "fr": "Grand"}}],
}  # fmt: skip
PHONE = {
    "name": "phone",
    "type": "phone",
    "label": {"en": "Phone", "fr": "Téléphone"},
    "personal": "contact.phone_number",
}
DOCUMENT = {"entities": [{"name": "member", "fields": [SIZE, PHONE]}]}


def form(field: dict, **typed: Any) -> MultiDict[str, str]:
    """The form of a field as its page shows it, with what was typed."""
    shown = {key: str(value) for key, value in standing(field).items() if not isinstance(value, bool)}
    ticked = {key: "on" for key, value in standing(field).items() if value is True}
    return MultiDict({"table": "member", "field": field["name"], **shown, **ticked, **typed})


def kinds(edits: list[dict]) -> list[str]:
    """Which edits these are."""
    return [each["edit"] for each in edits]


@pytest.mark.parametrize("field", [SIZE, PHONE])
def test_a_form_that_nobody_touched_asks_for_nothing(field: dict) -> None:
    """What stands in it is what stands."""
    assert change_field(DOCUMENT, form(field)) == []


def test_each_part_that_changed_is_one_edit() -> None:
    """Label, flags, technical name."""
    edits = change_field(DOCUMENT, form(PHONE, label="Mobile", required="on", name="mobile"))
    assert kinds(edits) == ["rename_field", "change_field", "rename_field"]
    assert edits[1] == {"edit": "change_field", "table": "member", "field": "phone", "required": True}
    assert edits[2]["name"] == "mobile"


@pytest.mark.parametrize(
    ("typed", "names"),
    [
        ("Large\nSmall", ["l", "s"]),
        ("Small\nLarge\nHuge", ["s", "l", None]),
        ("Tiny\nLarge", ["s", "l"]),
        ("Large", ["l"]),
        ("Small\nSmall\nLarge", None),
        ("Small\n\nLarge\n", None),
    ],
)
def test_lines_keep_the_choices_that_they_name(typed: str, names: list[str | None] | None) -> None:
    """Moved, added, renamed, removed; a line that is there twice counts once."""
    edits = change_field(DOCUMENT, form(SIZE, values=typed))
    assert [[each.get("name") for each in edit["choices"]] for edit in edits] == ([names] if names else [])


def test_a_choice_that_stays_keeps_its_other_language() -> None:
    """Only what was typed is said anew."""
    edits = change_field(DOCUMENT, form(SIZE, values="Large\nSmall"))
    assert edits[0]["choices"][0]["title"] == {"en": "Large", "fr": "Grand"}


def test_a_field_becomes_about_nobody_or_about_a_person() -> None:
    """One edit each way, with the purpose where one is chosen."""
    assert kinds(change_field(DOCUMENT, form(PHONE, about="nobody"))) == ["set_impersonal"]
    edits = change_field(DOCUMENT, form(SIZE, about="person", category="content", held_for="fees"))
    assert edits[0] == {
        "edit": "set_personal",
        "table": "member",
        "field": "size",
        "category": "content",
        "purpose": "fees",
    }


def test_a_field_without_a_label_and_one_that_is_gone_are_refused() -> None:
    """The first at its field, the second with 409."""
    with pytest.raises(Invalid) as empty:
        change_field(DOCUMENT, form(PHONE, label=" "))
    assert empty.value.field == "label"
    with pytest.raises(Invalid) as gone:
        change_field(DOCUMENT, form({**PHONE, "name": "fax"}))
    assert gone.value.status == 409


def test_what_a_new_field_needs_not_is_left_out() -> None:
    """Choices of a text and the target of a choice are not sent."""
    typed = MultiDict(
        {"table": "member", "label": " Hall ", "type": "text", "values": "a\nb", "to": "hall", "required": "on"}
    )
    assert add_field(DOCUMENT, typed) == [
        {"edit": "add_field", "table": "member", "label": "Hall", "type": "text", "required": True}
    ]
    assert remove_field(DOCUMENT, typed)[0]["edit"] == "remove_field"
