"""How often the right template is chosen, on ideas that nothing was tuned on, and how long a choice takes."""

from __future__ import annotations

import json
import os
import tempfile
from collections import defaultdict
from pathlib import Path
from statistics import median
from time import perf_counter

ROOT = Path(__file__).resolve().parents[2]
IDEAS = json.loads((ROOT / "plugins" / "models" / "tests" / "data" / "ideas.json").read_text("utf-8"))
NONE = "none"


def main() -> int:
    """Print one row a way of choosing, for each half of the ideas."""
    from dihya_hookspecs.access import OPERATOR
    from dihya_hookspecs.ai import AIRequest, Assistant, Label
    from dihya_hookspecs.data import Database, Model
    from dihya_hookspecs.generation import Templates

    from dihya_core import create_app

    os.environ.setdefault("DIHYA_MODELS_CACHE", str(ROOT / ".venv" / "models"))
    print("| ideas | way | right | wrong | asked back | ms, median |\n|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        app = create_app(given={"dihya": {"data": folder}, "ai_fallback": {"daily_requests": 100_000}})
        with app.acts.open("bench", actor=OPERATOR) as act:
            Model.metadata.create_all(act.get(Database).engine)
            labels = tuple(
                Label(item.name, tuple(item.examples), tuple(item.words)) for item in act.get(Templates).all()
            )
            assistant = act.get(Assistant)
            counts: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0, 0])
            times: dict[tuple[str, str], list[float]] = defaultdict(list)
            for idea in IDEAS:
                start = perf_counter()
                answer, _ = assistant.ask(AIRequest("bench", "classify", idea["text"], labels=labels))
                taken = (perf_counter() - start) * 1000
                right = answer.label == idea["label"] or (
                    not answer.label and idea["label"] not in {item.name for item in labels}
                )
                place = 0 if right else 1 if answer.label else 2
                for way in ("together", f"answered by: {answer.tier}"):
                    counts[idea["half"], way][place] += 1
                    times[idea["half"], way].append(taken)
    for (half, way), (right, wrong, back) in sorted(counts.items()):
        print(f"| {half} | {way} | {right} | {wrong} | {back} | {median(times[half, way]):.0f} |")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
