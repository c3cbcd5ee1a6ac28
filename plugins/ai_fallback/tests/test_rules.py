"""The last tier."""

import pytest
from dihya_ai_fallback.rules import answer, matches, stem, words
from dihya_hookspecs.ai import AIRequest, Label

CLUB = Label("association", ("membres d'un club", "un club de marche"), ("adhérent", "cotisation", "non-profit"))
CLINIC = Label("sante", (), ("patient", "médecin", "cabinet médical"))


def ask(text, **changes):
    return answer(AIRequest("test", **{"capability": "classify", "text": text, "labels": (CLUB, CLINIC), **changes}))


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("gérer les ADHERENTS", "association"),
        ("patients", "sante"),
        ("a non-profit", "association"),
        ("le cabinet médical", "sante"),
    ],
)
def test_labels(text, label):
    """A word in another form, case or accent, or a phrase, is recognised."""
    assert ask(text).label == label


def test_reason_names_the_words():
    """The reason quotes the words that decided, as they were written."""
    assert ask("Les adhérentes du club").reason == "the text says adherentes, club, which speaks for association"


def test_confidence_grows():
    """Each further word makes it more certain, and it is never certain."""
    one, two = ask("cotisations").confidence, ask("cotisations des adhérents").confidence
    assert one == 0.6 and 0.6 < two < 1


def test_no_word():
    """Without any word there is no label, no certainty, and a sentence that says so."""
    found = ask("jouer aux échecs")
    assert (found.label, found.confidence) == ("", 0.0) and "no word" in found.reason


def test_torn():
    """Words for several labels are an abstention with both in the ranking."""
    found = ask("les patients adhérents")
    assert (
        found.label == "" and found.confidence < 0.6 and len(found.ranking) == 2 and "several choices" in found.reason
    )


def test_half_a_phrase_is_none():
    """A phrase counts as a whole: a cabinet alone is not a medical one."""
    assert matches("un cabinet d'avocats", CLINIC) == []


@pytest.mark.parametrize("capability", ["structure", "chat"])
def test_abstains(capability):
    """What rules cannot do they say."""
    found = ask("x", capability=capability)
    assert (found.data, found.text, found.label) == (None, "", "") and capability in found.reason


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("commander", "commandes"),
        ("association", "associatif"),
        ("hôpitaux", "hôpital"),
        ("donations", "don"),
        ("members", "member"),
    ],
)
def test_stem(one, other):
    """Forms of a word have one stem."""
    assert stem(words(one)[0]) == stem(words(other)[0])


def test_words():
    """Small words, apostrophes and accents go."""
    assert words("L'élève n'a pas d'œuvre, don't") == ["eleve", "oeuvre", "do"]


def test_hostile_text_is_quick():
    """A hundred thousand characters take no time to speak of."""
    import time

    started = time.perf_counter()
    ask("aux " * 12_500 + "a" * 50_000)
    assert time.perf_counter() - started < 1
