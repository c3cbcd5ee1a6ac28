"""Labels become names, types and categories that a person expects."""

from __future__ import annotations

import pytest


def table(document, name):
    return next(each for each in document["entities"] if each["name"] == name)


def field(document, name, of):
    return next(each for each in table(document, of)["fields"] if each["name"] == name)


def names(document, of):
    return [each["name"] for each in table(document, of)["fields"]]


def test_a_label_that_blocks_know_gives_type_category_and_the_other_language(edit, club):
    """Who types 'Date de naissance' in the table of events gets a date; in that of members, one about the member."""
    made = edit(club, "add_field", table="event", label="Taille du maillot")
    assert field(made.structure, "taille_maillot", "event") == {
        "name": "taille_maillot", "type": "text", "label": {"en": "Taille du maillot", "fr": "Taille du maillot"},
        "impersonal": {"en": "says nothing about a person", "fr": "ne dit rien d'une personne"},
    }  # fmt: skip
    number = len(table(club, "event")["fields"])
    where = [each["name"] for each in club["entities"]].index("event")
    assert made.place == f"/entities/{where}/fields/{number}"
    made = edit(club, "add_field", table="registration", label="Courriel", required=True)
    found = field(made.structure, "courriel", "registration")
    assert (found["type"], found["personal"], found["required"]) == ("email", "contact.email", True)
    assert found["label"] == {"en": "E-mail", "fr": "Courriel"}


@pytest.mark.parametrize(
    "label", ["select", "id", "class", "1er jour", "日本語", "\"'; DROP", "_", "a" * 300, "Né(e) le ?", "model_x"]
)
def test_any_label_gives_a_name_that_works(edit, club, label):
    """Reserved words, digits, other scripts and very long labels become names of columns, twice the same label two of them."""
    made = edit(club, "add_field", table="event", label=label)
    made = edit(made.structure, "add_field", table="event", label=label)
    found = names(made.structure, "event")
    assert len(set(found)) == len(found) == len(names(club, "event")) + 2
