"""Extensible: what every start of an application pays for the plugin is little, since its face is imported each time."""

from __future__ import annotations

import json
import os
from tempfile import TemporaryDirectory

from dihya_hookspecs.i18n import Text

from ..fresh import last, python
from ..model import NotChecked, Outcome, judged
from ..registry import check
from ..subject import Plugin

FACES = 7
PART, MEASURE = 0.25, "asyncio"
"""A face may take this part of the time that importing a known package of the standard library takes on the same machine."""
HEAVY = (
    "alembic", "babel", "cryptography", "flask", "httptools", "jinja2", "numpy", "pandas", "pydantic", "sqlalchemy", "uvloop",
)  # fmt: skip
FACE = """
import importlib, json, sys, time
import dihya_hookspecs
name, known = json.loads(sys.argv[1])
for one in known:
    importlib.import_module(one)
before, start = set(sys.modules), time.process_time()
importlib.import_module(name)
seconds = time.process_time() - start
print(json.dumps([seconds, sorted(set(sys.modules) - before)]))
"""


@check(
    "extensible.face",
    Text("its face is cheap to import", "sa façade s’importe à peu de frais"),
    advice=Text(
        "import what is heavy in the function that needs it, below TYPE_CHECKING for annotations",
        "importez ce qui est lourd dans la fonction qui en a besoin, sous TYPE_CHECKING pour les annotations",
    ),
    needs=("extensible.imports-alone",),
    seconds=60,
)
def face(plugin: Plugin) -> Outcome:
    """Which libraries come with it, and the processor time that it takes beyond the modules of the contract that it names.

    A slow or busy machine slows down everything that is imported. So the limit is a part of what a known package takes in
    processes between those of the face, and the least of several counts on both sides.
    """
    with TemporaryDirectory() as compiled:
        brought = _brought(plugin.package, [], compiled)[1]
        contract = sorted(name for name in brought if name.partition(".")[0] == "dihya_hookspecs")
        own, usual = [], []
        for _ in range(FACES):
            own.append(_brought(plugin.package, contract, compiled)[0])
            usual.append(_brought(MEASURE, [], compiled)[0])
    best, limit = min(own) * 1000, PART * min(usual) * 1000
    flaws = [f"it loads {name}" for name in sorted({name.partition(".")[0] for name in brought} & set(HEAVY))]
    flaws += [f"importing takes {best:.1f} ms, and may take {limit:.1f}"] if best > limit else []
    return judged(
        flaws, f"{best:.1f} of {limit:.1f} ms", f"{best:.1f} ms sur {limit:.1f}", milliseconds=round(best, 2),
        limit=round(limit, 2),
    )  # fmt: skip


def _brought(module: str, known: list[str], compiled: str) -> tuple[float, list[str]]:
    """Import a module in a fresh process; return the seconds that it took there, and the names that came along.

    Args:
        known: modules that are there before.
        compiled: a folder that keeps compiled modules, as an installation does.
    """
    environment = {**os.environ, "PYTHONPYCACHEPREFIX": compiled, "PYTHONDONTWRITEBYTECODE": ""}
    done = python(FACE, json.dumps([module, known]), environment=environment)
    if done.returncode:
        raise NotChecked(*[f"{module!r} cannot be imported: {last(done.stderr)}"] * 2)
    seconds, names = json.loads(done.stdout.strip().splitlines()[-1])
    return seconds, names
