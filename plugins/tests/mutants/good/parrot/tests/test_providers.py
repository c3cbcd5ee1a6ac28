"""Labels by the words of a text."""

import pytest
from dihya_hookspecs.ai import AIFailure, AIRequest, Label
from dihya_parrot.providers import Parrot

LABELS = (Label("club", (), ("members", "fees")), Label("shop", (), ("orders", "Prices")))


def asked(text, capability="classify"):
    return Parrot().answer(AIRequest("template-choice", capability, text, labels=LABELS), 1.0)


def test_the_label_with_most_words_is_chosen():
    """Capitals and marks do not matter, and a word counts once."""
    found = asked("Prices, orders, orders and MEMBERS!")
    assert (found.label, found.ranking) == ("shop", (("shop", 2 / 3), ("club", 1 / 3)))
    assert found.confidence == 2 / 3
    assert found.reason == "most words of the text are those of shop"


def test_of_two_that_are_alike_the_first_by_name_is_chosen():
    """The same text has the same answer each time."""
    assert asked("orders of members").label == "club"


def test_without_a_known_word_it_abstains():
    """So that another one is asked."""
    with pytest.raises(AIFailure) as error:
        asked("rain")
    assert error.value.outcome == "abstained"


def test_what_it_cannot_do_it_says():
    """It writes no texts."""
    with pytest.raises(AIFailure) as error:
        asked("members", "chat")
    assert error.value.outcome == "not_capable"


def test_it_stands_in_the_chain(make_app):
    """With its card."""
    app = make_app("parrot")
    assert [one.card.name for _, one in app.hooks.collected("register_ai_providers")] == ["words"]
