"""What Dihya makes of ideas that it was not tuned on: right, or asked back, and sure only where it is right."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from dihya_hookspecs.ai import AIResponse
from dihya_services.choice import choose
from dihya_services.reading import Vocabulary
from dihya_templates.library import own_sectors, own_templates

DATA = Path(__file__).parent / "data"
RULES = AIResponse("deterministic", "rules", "rules")


def judged(name: str) -> list[tuple[str, str, str]]:
    """Return (idea, expected template, chosen template) for each idea of a file; no model takes part."""
    templates, sectors = own_templates(), own_sectors()
    vocabulary, known = Vocabulary([*templates, *sectors]), {each.name for each in templates}
    return [
        (
            idea["text"],
            idea["label"] if idea["label"] in known else "",
            choose(vocabulary.read(idea["text"]), RULES, templates, sectors).template,
        )
        for idea in json.loads((DATA / name).read_text("utf-8"))
    ]


@pytest.mark.parametrize("name", ["blind.json", "unseen.json", "held_out.json", "sixty.json"])
def test_of_what_is_shown_as_sure_at_most_one_is_wrong(name) -> None:
    """A template is put forward for the sector that the person meant, or Dihya asks."""
    wrong = [row for row in judged(name) if row[2] and row[2] != row[1]]
    assert len(wrong) <= 1, wrong


def test_most_plain_sentences_are_understood_without_a_question() -> None:
    """Asking back about everything would be right as well, and useless."""
    covered = [row for row in judged("unseen.json") if row[1]]
    assert sum(expected == chosen for _, expected, chosen in covered) >= 0.8 * len(covered)


@pytest.mark.parametrize(
    "idea",
    [
        "suivre les recettes de cuisine de ma grand-mère",
        "gestion de l'école: élèves, notes, absences",
        "inventory of tools on construction sites with maintenance dates",
        "a CRM with leads and deals",
        "عيادة طبيب أسنان ومواعيد المرضى",
        "xyz",
    ],
)
def test_a_sector_without_a_template_gets_none(idea) -> None:
    """Nothing is invented for a sector that no template covers."""
    templates, sectors = own_templates(), own_sectors()
    found = choose(Vocabulary([*templates, *sectors]).read(idea), RULES, templates, sectors)
    assert found.template == ""
