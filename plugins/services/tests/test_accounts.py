"""Every word of a sentence, and what became of it."""

from __future__ import annotations

import re

import pytest
from dihya_hookspecs.i18n import language
from dihya_services.proposals import Proposals
from dihya_services.settings import Settings
from hypothesis import given, settings
from hypothesis import strategies as st


class Nothing:
    """An application in which nothing has a name yet."""

    def taken(self) -> dict[str, str]:
        return {}


@pytest.fixture(scope="module")
def propose():
    """Return proposals of all own templates and blocks, by the rules."""
    from types import SimpleNamespace

    from dihya_hookspecs.ai import AIResponse
    from dihya_templates.blocks import own_blocks
    from dihya_templates.library import own_templates
    from dihya_templates.service import Library

    chain = SimpleNamespace(cards=lambda: (), ask=lambda request: (AIResponse("deterministic", "rules", "rules"), ()))
    proposals = Proposals(Settings(), Library([*own_templates(), *own_blocks()]), chain, Nothing())
    return lambda text, template="": proposals.propose(text, "fr", template=template)


def uses(proposal) -> dict[str, str]:
    return {word.text: word.use for word in proposal.words}


def test_each_word_has_a_use(propose) -> None:
    """Tables, tables of their own, fields, states, quantities, common words, and what was not understood."""
    found = uses(propose("60 adhérents, cotisations impayées, photo, machinchouettes et blablatage", "association"))
    assert found == {
        "60": "quantity", "adhérents": "table", "cotisations": "table", "impayées": "state", "photo": "field",
        "machinchouettes": "own", "et": "common", "blablatage": "field",
    }  # fmt: skip


def test_every_word_of_the_name_of_the_business_speaks_for_its_trade(propose) -> None:
    """“Shop” means nothing by itself and is part of “bicycle repair shop”."""
    proposal = propose("a bicycle repair shop")
    assert proposal.template == "automobile" and uses(proposal)["shop"] == "sector"


def test_what_is_offered_for_a_word_is_said_in_the_language_of_who_reads(propose) -> None:
    """The words of all trades are read once, whoever comes first."""
    offered = {}
    for code in ("fr", "en"):
        token = language.set(code)
        words = {word.text: word.offers for word in propose("un truc pharmacien", "registre").words}
        language.reset(token)
        offered[code] = words["pharmacien"]
    assert offered["fr"] and offered["fr"] != offered["en"]


def test_a_misspelt_word_is_said(propose) -> None:
    """It is read as the word that it is nearly, and both are shown."""
    (word,) = [word for word in propose("abonements des clients", "registre").words if word.read_as]
    assert (word.text, word.read_as, word.use) == ("abonements", "abonnement", "table")


def test_a_question_back_says_what_was_understood_too(propose) -> None:
    """Whichever trade is chosen, these become part of it."""
    proposal = propose("des prêts de tables avec une photo")
    assert proposal.template == "" and {"prêts": "table", "photo": "field"}.items() <= uses(proposal).items()


@settings(max_examples=25, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [
                "adhérents",
                ",",
                "et",
                "prêts",
                "sans",
                "photo",
                "12",
                "zorbal",
                ";",
                ":",
                "avec",
                "qui",
                "impayés",
                "date",
                "d'achat",
                "ümlaut",
                "🎈",
            ]
        ),
        max_size=12,
    )
)
def test_no_word_is_passed_over(propose, parts) -> None:
    """Whatever is typed, each of its words stands in the account, in order."""
    text = " ".join(["liste d'adhérents", *parts])
    said = re.findall(r"[^\W_]+", text)
    found = re.findall(r"[^\W_]+", " ".join(word.text for word in propose(text, "association").words))
    assert found == said


def test_a_table_that_one_role_alone_sees_is_rendered_so(propose) -> None:
    """A new role comes along with the table, and the auditor reads it no longer."""
    proposal = propose("athlètes et paiements, seule la trésorière voit les paiements", "sport")
    (payment,) = [entity for entity in proposal.entities if entity["name"] == "payment"]
    assert payment["access"] == {"read": ["tresoriere"], "write": ["tresoriere"]}
    assert uses(proposal)["trésorière"] == "role"
    found = propose("élèves, notes, seule la trésorière voit les notes", "education")
    (grade,) = [entity for entity in found.entities if entity["name"] == "grade"]
    assert (grade["fields"], [role["name"] for role in grade["roles"]]) == ([], ["tresoriere"])
