"""Old lines go while the server runs."""

from __future__ import annotations

import os
import time


def test_a_serving_application_removes_old_lines(make_app):
    """A file that was put aside longer ago than half of the agreed days goes at the next round, a younger one stays."""
    from dihya_hookspecs.acts import Acts
    from dihya_logs.background import BACKGROUND

    app = make_app("logs", config={"logs": {"file_days": 10}})
    old, young = (app.data / "logs" / f"dihya.jsonl.{number}" for number in (2, 1))
    old.parent.mkdir(exist_ok=True)
    for path, days in ((old, 6), (young, 4)):
        path.write_text("{}\n")
        os.utime(path, (time.time() - days * 86_400,) * 2)
    with app.act() as act:
        acts = act.get(Acts)
    BACKGROUND.run(acts)
    assert (old.exists(), young.exists()) == (False, True)
