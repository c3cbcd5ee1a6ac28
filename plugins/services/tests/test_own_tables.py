"""Tables and fields that no block has."""

from __future__ import annotations

import re

import pytest
from dihya_services.field_words import FieldWord
from dihya_services.own_tables import identifier, own_field, own_table, singular
from hypothesis import given
from hypothesis import strategies as st


@given(st.text(max_size=120), st.sets(st.from_regex(r"[a-z_]{1,5}", fullmatch=True), max_size=5))
def test_any_text_gives_a_technical_name_that_is_free(text, taken) -> None:
    """Letters a to z, digits and single underscores, thirty at most."""
    name = identifier(text, taken)
    assert re.fullmatch(r"[a-z][a-z0-9_]{0,29}", name) and name not in taken


@pytest.mark.parametrize(
    ("text", "language", "one"),
    [
        ("objets trouvés", "fr", "objet trouvé"),
        ("set lists", "en", "set list"),
        ("plan de table", "fr", "plan de table"),
    ],
)
def test_one_record_has_the_singular(text, language, one) -> None:
    """The head of the name decides: the first word in French, the last in English."""
    assert singular(text, language) == one


def test_a_thing_says_nothing_about_anybody() -> None:
    """It has a name and notes, in the words of the person."""
    table = own_table("tétées", "fr", ())
    assert (table["title"]["fr"], table["singular"]["fr"], table["origin"]) == ("Tétées", "Tétée", "sentence")
    assert [field["name"] for field in table["fields"]] == ["name", "notes"]
    assert all("impersonal" in field for field in table["fields"])


def test_a_table_that_is_called_after_people_is_about_them() -> None:
    """Its fields are personal, and it brings along why and how long they are kept."""
    table = own_table("choristes", "fr", ())
    assert table["subject"] == "id" and table["purposes"][table["purpose"]]["retention"]
    assert [field["personal"] for field in table["fields"]] == ["name", "content"]


@pytest.mark.parametrize(
    ("table", "says"),
    [
        ({"fields": [{"name": "name", "personal": "name"}]}, {"personal": "contact"}),
        ({"fields": [{"name": "name", "impersonal": "a thing"}]}, None),
    ],
)
def test_a_field_is_personal_where_its_table_is(table, says) -> None:
    """In doubt it is about the person of the record."""
    word = FieldWord(
        "emergency", shape={"type": "text", "max": 120, "personal": "contact"}, label={"en": "E", "fr": "U"}
    )
    field = own_field(word, "contact d'urgence", "fr", table)
    assert (field["name"], field["label"]) == ("emergency", {"en": "E", "fr": "Contact d'urgence"})
    assert ("personal" in field) is (says is not None)
