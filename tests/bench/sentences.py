"""How much of what a sentence names stands in the plugin that is proposed for it, and whether its trade was understood."""

from __future__ import annotations

import json
import logging
import re
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
IDEAS = ROOT / "tests" / "data" / "concepts.json"
ASK = "ask"
"""Label of an idea that leaves a doubt; a question is the right answer."""
SURE = 0.85
GOALS = {"tuned": 0.95, "held out": 0.90}


@dataclass(slots=True)
class Score:
    """What was found over a set of ideas.

    Attributes:
        missing: idea → the concepts that the plugin has not.
        wrong: ideas for which another trade was put forward.
    """

    concepts: int = 0
    found: int = 0
    ideas: int = 0
    asked: int = 0
    sure: int = 0
    missing: dict[str, list[str]] = field(default_factory=dict)
    wrong: dict[str, str] = field(default_factory=dict)
    wrong_and_sure: int = 0
    own: list[tuple[str, str]] = field(default_factory=list)
    milliseconds: list[float] = field(default_factory=list)

    def row(self, name: str) -> str:
        """Return the figures as a line of a table."""
        wrong = f"{self.wrong_and_sure / max(self.sure, 1):.1%} of {self.sure}"
        return (
            f"| {name} | {self.ideas} | {self.found / max(self.concepts, 1):.3f} of {self.concepts} "
            f"| {1 - len(self.wrong) / max(self.ideas, 1):.3f} | {self.asked} | {wrong} | {median(self.milliseconds):.0f} |"
        )


def main() -> int:
    """Print one row a half of the ideas; exit code 1 when one has less than its goal."""
    print(
        "| ideas | number | concepts in the plugin | trade right or asked back | asked back | wrong of the sure | ms |"
    )
    print("|---|---|---|---|---|---|---|")
    scores = scored(json.loads(IDEAS.read_text("utf-8")))
    for name, score in scores.items():
        print(score.row(name))
    if "--missing" in sys.argv:  # of the tuned half alone: what is held out stays unseen
        _tell(scores["tuned"])
    return int(any(scores[name].found < goal * scores[name].concepts for name, goal in GOALS.items()))


def _tell(score: Score) -> None:
    for text, concepts in score.missing.items():
        print(f"- {text}: {', '.join(concepts)}")
    for text, template in score.wrong.items():
        print(f"- {text}: wrong trade {template}")
    for text, title in score.own:
        print(f"- {text}: a table of its own, {title}")


def scored(ideas: Iterable[Mapping[str, Any]]) -> dict[str, Score]:
    """Return the scores of both halves of the ideas, by the rules and without a model."""
    from dihya_hookspecs.access import OPERATOR

    from dihya_core import create_app

    found = {name: Score() for name in GOALS}
    with tempfile.TemporaryDirectory() as folder:
        given = {"dihya": {"data": folder}, "models": {"embedded": False}, "logs": {"level": "ERROR"}}
        app = create_app(given=given)
        logging.disable(logging.WARNING)
        with app.acts.open("bench", actor=OPERATOR) as act:
            for idea in ideas:
                judge(idea, act, found["held out" if idea["held_out"] else "tuned"])
    return found


def judge(idea: Mapping[str, Any], act: Any, score: Score) -> None:
    """Add one idea to a score. Where Dihya asks back, the person answers with the trade that they meant."""
    from dihya_hookspecs.generation import Templates
    from dihya_services.proposals import Proposals

    proposals, templates, text = act.get(Proposals), act.get(Templates), idea["text"]
    start = perf_counter()
    proposal = proposals.propose(text, idea["language"])
    score.milliseconds.append((perf_counter() - start) * 1000)
    score.ideas += 1
    meant = [each for each in idea["label"].split("/") if each != ASK]
    if not proposal.template:
        score.asked += 1
        proposal = proposals.propose(text, idea["language"], template=meant[0] if meant else "registre")
    else:
        right = proposal.template in meant or (not meant and proposal.template == "registre")
        score.sure += proposal.confidence >= SURE
        if not right:
            score.wrong[text] = proposal.template
            score.wrong_and_sure += proposal.confidence >= SURE
    tables = built(templates, proposal)
    missing = [each for each in idea["concepts"] if not stands(each, tables)]
    score.concepts += len(idea["concepts"])
    score.found += len(idea["concepts"]) - len(missing)
    if missing:
        score.missing[text] = missing
    score.own += [(text, table["title"]["fr"]) for table in tables if table.get("origin") == "sentence"]


def built(templates: Any, proposal: Any) -> Sequence[Mapping[str, Any]]:
    """Return the tables of the plugin that is proposed, with their fields."""
    from dihya_templates.choice import chosen, with_brought

    template = templates.get(proposal.template)
    whole = chosen(with_brought(template.data, proposal.entities), dict(proposal.options))
    more = {entity["name"]: entity for entity in proposal.entities}
    present = {entity["name"] for entity in whole["entities"]}
    tables = [
        {**entity, "fields": [*entity["fields"], *more.get(entity["name"], {}).get("fields", ())]}
        for entity in whole["entities"]
    ]
    return [*tables, *(entity for entity in proposal.entities if entity["name"] not in present and "title" in entity)]


def stands(concept: str, tables: Sequence[Mapping[str, Any]]) -> bool:
    """True where one of the names ``a/b`` is a table, ``.a`` a field, or ``~a`` begins a word of a title or label."""
    return any(_stands(each, tables) for each in concept.split("/"))


def _stands(name: str, tables: Sequence[Mapping[str, Any]]) -> bool:
    from dihya_services.lemmas import fold

    if name.startswith("~"):
        start = re.compile(rf"\b{re.escape(fold(name[1:]))}")
        return any(start.search(fold(text)) for table in tables for text in _texts(table))
    if name.startswith("."):
        return any(field["name"] == name[1:] for table in tables for field in table["fields"])
    return any(name in (table["name"], table.get("block")) for table in tables)


def _texts(table: Mapping[str, Any]) -> Iterator[str]:
    """Yield what a person reads of a table: its title, its fields, and what may be chosen in them."""
    for part in (table, *table["fields"]):
        for key in ("title", "singular", "one", "label"):
            yield from (str(text) for text in (part.get(key) or {}).values())
        for value in part.get("values", ()):
            yield from (str(text) for text in (value.get("title") or {}).values())


if __name__ == "__main__":
    raise SystemExit(main())
