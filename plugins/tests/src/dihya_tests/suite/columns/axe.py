"""Accessible: the plugin's pages as a browser paints them, looked at by axe-core."""

from __future__ import annotations

import json
from typing import Any

from dihya_hookspecs.i18n import Text

from ...pipe import END
from ..bench import Bench
from ..browser import program, shown
from ..model import NotChecked, Outcome, judged
from ..registry import check
from ..rendering import PAGE

SECONDS, MEMORY_MB = 180, 4000
"""A browser is ten processes that share most of their memory, which is counted for each of them."""


@check(
    "accessible.axe",
    Text("axe-core finds nothing on its pages, wide and narrow, in light and dark", "axe-core ne trouve rien sur ses pages, larges et étroites, claires et sombres"),
    advice=Text(
        "open the page in a browser with the axe extension, and do what the quoted rule says",
        "ouvrez la page dans un navigateur avec l’extension axe, et suivez la règle citée",
    ),
    needs=("accessible.markup", "security.permissions"),
    seconds=SECONDS,
    outside=True,
)  # fmt: skip
def axe(bench: Bench) -> Outcome:
    """Each page that answers a GET, in French and English, and each that people met in the workflows, with rows in it."""
    path = program()
    if not path:
        raise NotChecked("there is no Chromium on this machine", "il n’y a pas de Chromium sur cette machine")
    order = {"name": bench.target.name, "wheel": bench.target.parcel.path.name, "browser": path}
    (bench.desk / "pages.json").write_text(json.dumps(order), encoding="utf-8")
    ending = bench.run(
        ["dihya_tests.suite.rendering", "pages.json"],
        seconds=SECONDS * bench.patience,
        memory_mb=MEMORY_MB,
        show=shown(path),
    )
    said = [_line(line) for line in ending.witness.splitlines()]
    pages = [one for one in said if one.get("name") == PAGE]
    if not any(one.get("name") == END for one in said):
        why = ending.stopped or bench.last_words()
        raise NotChecked(
            f"the browser's run broke after {len(pages)} pages: {why}",
            f"l’exécution du navigateur s’est interrompue après {len(pages)} pages : {why}",
        )
    found = [str(flaw) for one in pages for flaw in one["flaws"]]
    return judged(found, f"{len(pages)} pages painted", f"{len(pages)} pages peintes", pages=len(pages))


def _line(text: str) -> dict[str, Any]:
    """Return a line of the run; what is none says nothing."""
    try:
        said = json.loads(text)
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}
