"""How often the right template is chosen, on ideas that nothing was tuned on, and how long a choice takes."""

from __future__ import annotations

import json
import logging
import os
import tempfile
from collections import defaultdict
from pathlib import Path
from statistics import median
from time import perf_counter

ROOT = Path(__file__).resolve().parents[2]
SETS = {
    "tuning": ROOT / "plugins" / "models" / "tests" / "data" / "ideas.json",
    "held out": ROOT / "tests" / "data" / "held_out.json",
}


def main() -> int:
    """Print one row a way of choosing, for each set of ideas."""
    from dihya_hookspecs.access import OPERATOR
    from dihya_hookspecs.ai import AIRequest, Assistant, Label
    from dihya_hookspecs.data import Database, Model
    from dihya_hookspecs.generation import Templates

    from dihya_core import create_app

    os.environ.setdefault("DIHYA_MODELS_CACHE", str(ROOT / ".venv" / "models"))
    rows: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    times: dict[tuple[str, str], list[float]] = defaultdict(list)
    with tempfile.TemporaryDirectory() as folder:
        for way, embedded in (("model, then rules", True), ("rules alone", False)):
            given = {"dihya": {"data": folder}, "models": {"embedded": embedded}, "logs": {"level": "ERROR"}}
            app = create_app(given=given)
            logging.disable(logging.WARNING)
            with app.acts.open("bench", actor=OPERATOR) as act:
                Model.metadata.create_all(act.get(Database).engine)
                for _, step in app.house.collected("register_setup"):
                    if step.name == "embedded model":
                        step.run()
                labels = tuple(
                    Label(each.name, tuple(each.examples), tuple(each.words)) for each in act.get(Templates).all()
                )
                assistant = act.get(Assistant)
                for name, path in SETS.items():
                    for idea in json.loads(path.read_text("utf-8")):
                        start = perf_counter()
                        answer, _ = assistant.ask(AIRequest("bench", "classify", idea["text"], labels=labels))
                        taken = (perf_counter() - start) * 1000
                        wanted = idea["label"] if idea["label"] in {label.name for label in labels} else ""
                        place = 0 if answer.label == wanted else 1 if answer.label else 2
                        keys = (
                            [(name, way)]
                            if way == "rules alone"
                            else [(name, way), (name, f"  of these, answered by: {answer.tier}")]
                        )
                        for key in keys:
                            rows[key][place] += 1
                            times[key].append(taken)
    print("| ideas | way | right | wrong | asked back | ms, median |\n|---|---|---|---|---|---|")
    for (name, way), (right, wrong, back, _) in rows.items():
        print(
            f"| {name} | {way} | {right} of {right + wrong + back} | {wrong} | {back} | {median(times[name, way]):.0f} |"
        )
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
