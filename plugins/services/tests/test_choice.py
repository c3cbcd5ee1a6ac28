"""The choice between a template and a question."""

from __future__ import annotations

import pytest
from dihya_hookspecs.ai import AIResponse
from dihya_services.choice import PROVIDER_ALONE, RATHER, SURE, SURE_WITHOUT_MODEL, UNCERTAIN, choose
from dihya_services.reading import Business, Reading, Vocabulary

NONE = AIResponse("deterministic", "rules", "rules")


def chosen(fakes, idea: str, response: AIResponse = NONE, fits=None):
    """What is chosen for an idea; *fits* are what the things that it names are worth for each template."""
    templates, sectors = fakes.library.all(), fakes.library.sectors()
    return choose(Vocabulary([*templates, *sectors]).read(idea), response, templates, sectors, fits)


def embedded(label: str, share: float) -> AIResponse:
    """The answer of the model on this machine."""
    return AIResponse("embedded", "embedded", "small", label=label, confidence=share, ranking=((label, share),))


def test_two_words_of_a_trade_are_enough(fakes) -> None:
    """The template is chosen, rather certain, and the reason names the words."""
    found = chosen(fakes, "les adhérents et leurs cotisations")
    assert (found.template, found.confidence) == ("association", RATHER)
    assert "adhérents, cotisations" in found.reason


def test_three_words_are_certain_and_a_model_that_agrees_makes_it_surer(fakes) -> None:
    """Words and model together give the highest confidence."""
    idea = "les adhérents, leurs cotisations et leurs dons"
    assert chosen(fakes, idea).confidence == SURE_WITHOUT_MODEL
    assert chosen(fakes, idea, embedded("association", 0.9)).confidence == SURE


def test_things_that_another_trade_has_leave_a_doubt(fakes) -> None:
    """The words speak for one trade, and what they name stands in the tables of another: that is asked back."""
    idea = "les adhérents et leurs cotisations"
    assert chosen(fakes, idea, fits={"association": 1.0, "sante": 0.2}).template == "association"
    assert chosen(fakes, idea, fits={"association": 0.0, "sante": 2.0}).template == ""


def test_three_words_of_one_trade_are_not_doubted_for_the_things_of_another(fakes) -> None:
    """A club that lends what a library lends is a club; it is only not called certain."""
    idea = "les adhérents, leurs cotisations et leurs dons"
    found = chosen(fakes, idea, fits={"association": 0.0, "sante": 2.5})
    assert (found.template, found.confidence) == ("association", RATHER)


@pytest.mark.parametrize("share", [0.6, 0.99])
def test_one_word_is_never_enough(fakes, share) -> None:
    """Whatever the model on this machine says, one word leads to a question that names it."""
    found = chosen(fakes, "les adhérents", embedded("association", share))
    assert (found.template, found.confidence) == ("", 0.0)
    assert "adhérents" in found.reason and found.alternatives[0][0] == "association"


@pytest.mark.parametrize(
    ("first", "scores", "fits", "template"),
    [
        (True, {}, {}, "sante"),
        (True, {"association": 1.4}, {}, "sante"),
        (True, {"association": 1.4}, {"association": 0.3}, ""),
        (False, {"association": 0.9}, {}, "sante"),
        (False, {"association": 1.0}, {}, ""),
    ],
)
def test_a_name_of_the_business_is_a_guess_where_no_other_trade_comes_near(
    fakes, first, scores, fits, template
) -> None:
    """It is shown as uncertain, with the words that it rests on; at the beginning of a sentence it is worth more."""
    reading = Reading((), dict.fromkeys(scores, ["x"]), scores, Business("sante", "cabinet", first=first))
    found = choose(reading, NONE, fakes.library.all(), (), fits)
    assert found.template == template
    if template:
        assert (found.confidence, "cabinet" in found.reason) == (UNCERTAIN, True)
        assert template not in dict(found.alternatives)


def test_a_model_alone_is_never_followed(fakes) -> None:
    """A sentence without a known word leads to a question, however certain the model on this machine is."""
    found = chosen(fakes, "les recettes de ma grand-mère", embedded("sante", 0.99))
    assert found.template == "" and "no word" in found.reason


def test_a_sector_without_template_is_named(fakes) -> None:
    """Words of a sector that nothing covers are said, and no other template is put in its place."""
    found = chosen(fakes, "locataires, loyers et adhérents", embedded("association", 0.9))
    assert found.template == "" and "Real estate" in found.reason and "locataires, loyers" in found.reason


def test_words_of_two_templates_are_asked_back(fakes) -> None:
    """As many words for one as for the other is a doubt."""
    assert chosen(fakes, "adhérents, cotisations, patients, ordonnances").template == ""


def test_a_provider_is_followed_where_words_do_not_contradict(fakes) -> None:
    """A configured provider may know another language; alone it is never called certain."""
    answer = AIResponse("provider", "cloud", "big", label="association", confidence=0.99, reason="it says so")
    found = chosen(fakes, "管理俱乐部", answer)
    assert (found.template, found.confidence, found.reason) == ("association", PROVIDER_ALONE, "it says so")
    assert chosen(fakes, "les loyers", answer).template == ""
