"""What Dihya makes of ideas that it was not tuned on: right, or asked back, and sure only where it is right."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from dihya_hookspecs.ai import AIResponse
from dihya_services.choice import UNCERTAIN, Choice, choose
from dihya_services.fitting import Fitting
from dihya_services.keeping import made_once
from dihya_services.reading import Vocabulary
from dihya_services.things import Dictionary
from dihya_templates.blocks import own_blocks
from dihya_templates.library import own_templates

DATA = Path(__file__).parent / "data"
RULES = AIResponse("deterministic", "rules", "rules")


def found(text: str) -> Choice:
    """Return what is put forward for a text, and how sure of it Dihya is."""
    templates = own_templates()
    things = made_once(Dictionary, own_blocks()).read(text)
    fits = made_once(Fitting, templates).of(thing.block.name for thing in things.named)
    return choose(made_once(Vocabulary, templates).read(text), RULES, templates, (), fits)


def chosen(text: str) -> str:
    """Return the template that is put forward for a text, or nothing for a question."""
    return found(text).template


def judged(name: str) -> list[tuple[str, str, str]]:
    """Return (idea, templates that would be right, chosen template) for each idea of a file; no model takes part.

    A label such as ``association/sport`` names trades of which each would do; an empty one says that the idea leaves a doubt.
    """
    return [
        (
            idea["text"],
            idea["label"],
            chosen(idea["text"]),
        )
        for idea in json.loads((DATA / name).read_text("utf-8"))
    ]


@pytest.mark.parametrize("name", ["blind.json", "unseen.json", "held_out.json", "sixty.json", "fresh.json"])
def test_of_what_is_shown_as_sure_at_most_one_is_wrong(name) -> None:
    """A template is put forward for the sector that the person meant, or Dihya asks; 97 of 100 are one or the other."""
    rows = judged(name)
    wrong = [row for row in rows if row[2] and row[2] not in row[1].split("/")]
    assert len(wrong) <= max(1, 0.03 * len(rows)), wrong
    assert len([row for row in wrong if found(row[0]).confidence > UNCERTAIN]) <= 1, wrong


@pytest.mark.parametrize("template", own_templates(), ids=lambda template: template.name)
def test_a_name_of_a_business_is_understood_by_itself(template) -> None:
    """“A bakery” is enough for a guess, which a person sees as uncertain."""
    assert {name: chosen(f"a {name}") for name in template.names} == dict.fromkeys(template.names, template.name)


def test_most_plain_sentences_are_understood_without_a_question() -> None:
    """Asking back about everything would be right as well, and useless."""
    covered = [row for row in judged("unseen.json") if row[1]]
    assert sum(chosen in expected.split("/") for _, expected, chosen in covered) >= 0.8 * len(covered)


@pytest.mark.parametrize(
    ("idea", "trade"),
    [
        ("suivre les recettes de cuisine de ma grand-mère", "cuisine"),
        ("gestion de l'école: élèves, notes, absences", "education"),
        ("a CRM with leads and deals", "crm"),
        ("locataires, baux et loyers de mes appartements", "immobilier"),
        ("machine maintenance and downtime", "industrie"),
    ],
)
def test_a_trade_is_told_by_its_own_words(idea, trade) -> None:
    """A sentence that names what only one trade has is given that trade."""
    assert chosen(idea) == trade


@pytest.mark.parametrize("idea", ["عيادة طبيب أسنان ومواعيد المرضى", "xyz", "troc de graines entre jardiniers"])
def test_a_sentence_that_no_trade_speaks_from_is_asked_back(idea) -> None:
    """Nothing is invented for it."""
    assert chosen(idea) == ""
