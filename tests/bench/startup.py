"""What starting costs: the command line, and an application with every plugin, against Flask alone; interleaved."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median

ROUNDS = 9
PLUGINS = sorted(path.parent.name for path in (Path(__file__).parents[2] / "plugins").glob("*/pyproject.toml"))
CASES = {
    "`import flask; Flask()`": "import flask; flask.Flask('x')",
    "`dihya --version`": "from dihya_core.cli.main import main; main(['--version'])",
    "`dihya --help`, every plugin's commands": "from dihya_core.cli.main import main; main(['--help'])",
    "create_app, no plugin": "from dihya_core import create_app; create_app(only=[])",
    "create_app, every plugin": "from dihya_core import create_app; create_app()",
}


def cpu(code: str, folder: str) -> float:
    """Return the CPU milliseconds of a process that runs *code*."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    environment = {key: value for key, value in os.environ.items() if not key.startswith("DIHYA_")}
    subprocess.run([sys.executable, "-c", code], cwd=folder, env=environment, capture_output=True, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime) * 1000


def main() -> int:
    """Print the table."""
    taken: dict[str, list[float]] = {name: [] for name in CASES}
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(ROUNDS):
            for name, code in CASES.items():
                taken[name].append(cpu(code, folder))
    floor = median(next(iter(taken.values())))
    print(f"{len(PLUGINS)} plugins\n\n| whole process | CPU ms, median of {ROUNDS} | × Flask |\n|---|---|---|")
    for name, values in taken.items():
        print(f"| {name} | {median(values):.0f} | {median(values) / floor:.2f} |")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
