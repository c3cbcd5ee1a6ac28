"""Words that name a field."""

from __future__ import annotations

import pytest
from dihya_services.field_words import field_words
from dihya_services.sentence import parsed


@pytest.mark.parametrize(
    ("text", "length", "name", "kind"),
    [
        ("numéro de série", 2, "serial", "text"),
        ("serial numbers", 2, "serial", "text"),
        ("photo du plat", 1, "photo", "url"),
        ("date de retour", 2, "return_by", "date"),
        ("due date", 2, "due_on", "date"),
        ("date d'élagage", 2, "", "date"),
        ("pick up date", 3, "", "date"),
        ("prix d'achat", 2, "", "money"),
        ("ring number", 2, "", "text"),
    ],
)
def test_a_phrase_names_a_field(text, length, name, kind) -> None:
    """The longest phrase counts, and a head makes a field of the words that it is joined with."""
    sentence = parsed(text)
    found = field_words().longest(sentence, 0, len(sentence.content))
    assert found is not None
    assert (found[0], found[1].name, found[1].shape["type"]) == (length, name, kind)


@pytest.mark.parametrize("text", ["adhérents", "barres, codes", "date"])
def test_other_words_name_none(text) -> None:
    """A head alone says nothing of what it is the head of."""
    sentence = parsed(text)
    assert field_words().longest(sentence, 0, 1) is None
