"""Words and their lemmas."""

from __future__ import annotations

import pytest
from dihya_services.lemmas import fold, words


def meet(one: str, other: str) -> bool:
    """Say whether two words share a lemma."""
    return bool(words(one)[0].lemmas & words(other)[0].lemmas)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("adhérents", "adhérent"),
        ("ADHERENTS", "adhérent"),
        ("chevaux", "cheval"),
        ("animaux", "animal"),
        ("children", "child"),
        ("bookings", "booking"),
        ("cœurs", "coeur"),
        ("e\u0301le\u0300ves", "élève"),
    ],
)
def test_inflected_forms_share_a_lemma(one, other) -> None:
    """A word meets its plural, its accents left out, its ligature and its decomposed form."""
    assert meet(one, other)


@pytest.mark.parametrize(
    ("one", "other"), [("tennis", "tenir"), ("animatrice", "animal"), ("vêtements", "vet"), ("court", "cours")]
)
def test_words_that_only_begin_alike_do_not_meet(one, other) -> None:
    """Two words that share letters and no meaning have no lemma in common."""
    assert not meet(one, other)


def test_small_words_and_words_of_managing_are_common() -> None:
    """Articles, pronouns and words such as “manage” say nothing about a trade."""
    assert [word.text for word in words("Gérer la liste de mes chèvres, and manage the goats") if not word.common] == [
        "chèvres",
        "goats",
    ]


def test_numbers_and_single_letters_are_no_words() -> None:
    """Digits and initials are left out."""
    assert [word.text for word in words("3 lots, n° 12, d'or")] == ["lots", "or"]


def test_folding_takes_off_case_accents_and_ligatures() -> None:
    """The folded form has plain lower-case letters only."""
    assert fold("Œuvre ÉLÈVE") == "oeuvre eleve"
