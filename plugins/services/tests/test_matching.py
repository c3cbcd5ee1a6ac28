"""Whether words of a sentence are what a table already calls one of its parts."""

from __future__ import annotations

import pytest
from dihya_services.matching import content, held_by, same, texts_of
from dihya_services.reading_words import State

UNPAID = State(frozenset({"impaye"}), frozenset({"paid_on"}), frozenset({"due"}))


@pytest.mark.parametrize(
    ("said", "label", "alike"),
    [
        ("dates de naissance", "Date de naissance", True),
        ("naissance", "Date de naissance", True),
        ("date", "Numéro de série", False),
        ("date de retour", "Date de naissance", False),
        ("numéro", "Numéro de la carte grise", False),
        ("", "Date", False),
    ],
)
def test_words_are_a_label_when_each_stands_in_the_other(said, label, alike):
    """Inflected as they may be, with one word more in the label at most."""
    assert same(content(said), content(label)) is alike


def test_a_state_is_held_by_a_value_before_a_field():
    """A table that says “due” is asked for that; one without by the field; any other has no place for it."""
    chosen = {
        "fields": [
            {"name": "state", "values": [{"name": "due", "title": "À régler"}]},
            {"name": "paid_on", "label": "Payée le"},
        ]
    }
    assert held_by(chosen, UNPAID) == "À régler"
    assert held_by({"fields": chosen["fields"][1:]}, UNPAID) == "Payée le"
    assert held_by({"fields": [{"name": "colour", "label": "Couleur"}]}, UNPAID) is None


def test_a_text_is_given_in_each_of_its_languages():
    """A mapping gives its values, a plain word itself, and nothing gives nothing."""
    assert texts_of({"en": "Date", "fr": "Jour"}) == ["Date", "Jour"]
    assert texts_of("Date") == ["Date"] and texts_of(None) == []
