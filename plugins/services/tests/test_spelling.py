"""Misspelt words."""

from __future__ import annotations

import pytest
from dihya_hookspecs.i18n import Text
from dihya_services.spelling import Spelling


@pytest.fixture(scope="module")
def spelling() -> Spelling:
    """Knows a few words of an association."""
    return Spelling(
        [
            ("adhérent", Text("Members", "Members")),
            ("abonnement", Text("Subscriptions", "Subscriptions")),
            ("cotisation", Text("Fees", "Fees")),
            ("parcelle", Text("Plots", "Plots")),
            ("parcelier", Text("X", "X")),
        ]
    )


@pytest.mark.parametrize(
    ("text", "read", "written"),
    [
        ("les adhérets", "les adhérent", {"adhérent": "adhérets"}),
        ("ABONEMENT", "abonnement", {"abonnement": "ABONEMENT"}),
        ("cotisattions", "cotisation", {"cotisation": "cotisattions"}),
    ],
)
def test_a_word_that_no_dictionary_has_is_read_as_its_nearest(spelling, text, read, written) -> None:
    """What was written is kept, so that it can be said."""
    assert spelling.corrected(text) == (read, written)


@pytest.mark.parametrize("text", ["fracture", "adherents", "prets", "adh", "zzzzzzzz", "gestion", "12345", ""])
def test_a_word_that_is_right_short_or_like_none_stays(spelling, text) -> None:
    """A word of the dictionary is never changed, nor one without its accents, nor one of four letters."""
    assert spelling.corrected(text) == (text, {})


def test_nothing_is_guessed_between_two() -> None:
    """A word as near to one thing as to another stays, and both are offered."""
    one, two = Text("One", "Un"), Text("Two", "Deux")
    spelling = Spelling([("zorbale", one), ("zorbule", two)])
    assert spelling.corrected("zorbole") == ("zorbole", {})
    assert set(spelling.offers("zorbole")) == {one, two}
