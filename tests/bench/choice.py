"""How often the right template is chosen, on ideas that nothing was tuned on, and how long a choice takes."""

from __future__ import annotations

import json
import logging
import os
import tempfile
from collections import Counter
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
SETS = {
    "tuning": ROOT / "plugins" / "models" / "tests" / "data" / "ideas.json",
    "held out": ROOT / "tests" / "data" / "held_out.json",
    "unseen": ROOT / "tests" / "data" / "unseen.json",
    "blind": ROOT / "tests" / "data" / "blind.json",
}


def main() -> int:
    """Print one row a way of choosing, for each set of ideas."""
    from dihya_hookspecs.access import OPERATOR
    from dihya_hookspecs.generation import Templates

    from dihya_core import create_app

    os.environ.setdefault("DIHYA_MODELS_CACHE", str(ROOT / ".venv" / "models"))
    print("| ideas | way | right | wrong | asked back | ms, median |\n|---|---|---|---|---|---|")
    for way, embedded in (("words and model", True), ("words alone", False)):
        with tempfile.TemporaryDirectory() as folder:
            given = {"dihya": {"data": folder}, "models": {"embedded": embedded}, "logs": {"level": "ERROR"}}
            app = create_app(given=given)
            logging.disable(logging.WARNING)
            for plugin, step in app.runtime.collected("register_setup"):
                with app.acts.open(f"{plugin}.setup", actor=OPERATOR):
                    step.run()
            with app.acts.open("bench", actor=OPERATOR) as act:
                known = {each.name for each in act.get(Templates).all()}
                for name, path in SETS.items():
                    print(_row(name, way, json.loads(path.read_text("utf-8")), known, act))
    return 0


def _row(name: str, way: str, ideas: list[dict[str, str]], known: set[str], act: Any) -> str:
    """Return the figures of one set of ideas: how many templates were right, wrong, and asked back."""
    from dihya_services.proposals import Proposals

    proposals, counts, times = act.get(Proposals), Counter[str](), []
    for idea in ideas:
        start = perf_counter()
        proposal = proposals.propose(idea["text"], idea["language"])
        times.append((perf_counter() - start) * 1000)
        wanted = idea["label"] if idea["label"] in known else ""
        counts["back" if not proposal.template else "right" if proposal.template == wanted else "wrong"] += 1
    back, covered = counts["back"], sum(idea["label"] in known for idea in ideas)
    return (
        f"| {name} | {way} | {counts['right']} of {covered} | {counts['wrong']} | {back} of {len(ideas)} "
        f"| {median(times):.0f} |"
    )


if __name__ == "__main__":
    raise SystemExit(main())
