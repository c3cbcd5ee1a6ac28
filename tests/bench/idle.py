"""What forty plugins cost that do nothing for a request: an application with every plugin of ours, without and with them, in turns.

They are what ``dihya new plugin`` writes: tables, pages, REST, rights, a migration, translations.
"""

from __future__ import annotations

import importlib
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median
from time import process_time
from types import SimpleNamespace
from typing import Any

ROUNDS, COUNT, GOAL = 5, 40, 1.35
SEEN = ("a public request", "a request behind a token", "a start")


def written(folder: Path) -> None:
    """Write the plugins below *folder*, as the command does."""
    from dihya_hookspecs import folders
    from dihya_templates import own
    from dihya_templates.tables import tables

    by = own.publisher("The bench", "Apache-2.0", "")
    for number in range(COUNT):
        name = f"idle{number:02}"
        files = own.plugin_files(name, "", tables((own.NOTE,)), by, language="en", taken=frozenset())
        folders.write(files, folder / f"dihya-{name}")


def cost(count: int, folder: str, data: str) -> list[float]:
    """Return the CPU microseconds of both requests, and the CPU milliseconds in which the application was made."""
    from . import request
    from .stack import hand

    names = [f"idle{number:02}" for number in range(count)]
    sys.path[:0] = [str(Path(folder) / f"dihya-{name}" / "src") for name in names]
    began = process_time()
    app = request.whole(data, {name: importlib.import_module(f"dihya_{name}") for name in names})
    made = (process_time() - began) * 1000
    lost = [info for info in app.runtime.all() if info.state != "active"]
    assert not lost, lost
    asked = {**hand.ENVIRON, "HTTP_ORIGIN": "http://127.0.0.1"}
    public = hand.spent(app, {**asked, "PATH_INFO": "/bench/hello"})
    token = {"PATH_INFO": "/bench/private", "HTTP_AUTHORIZATION": f"Bearer {request.token_of(app)}"}
    return [public, hand.spent(app, asked | token), made]


def prepared(folder: Path) -> str:
    """Make a data folder with everybody's tables and one person, and return it."""
    from click.testing import CliRunner
    from dihya_core.cli.main import CommandContext, dihya

    from . import request

    data = str(folder / "instance")
    names = [f"idle{number:02}" for number in range(COUNT)]
    sys.path[:0] = [str(folder / f"dihya-{name}" / "src") for name in names]
    app = request.whole(data, {name: importlib.import_module(f"dihya_{name}") for name in names})
    adding = ["people", "add", "tin@example.org", "--name", "Tin", "--role", "user", "--password-stdin"]
    for line, said in ((["db", "upgrade"], None), (adding, request.PASSWORD)):
        context = CommandContext(built=app.runtime, given_acts=app.acts, mounted=app)
        done: Any = CliRunner().invoke(dihya, line, obj=context, input=said)
        if done.exit_code:
            raise RuntimeError(f"{' '.join(line)}: {done.output}")
    return data


def main() -> int:
    """Print the table; 1 when the goal is missed for a request."""
    taken = SimpleNamespace(none=[], forty=[])
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        written(folder)
        child = [sys.executable, "-m", "tests.bench.idle"]
        data = subprocess.run([*child, "prepare", place], capture_output=True, text=True, check=True).stdout.split()[-1]
        for _ in range(ROUNDS):
            for count, values in ((0, taken.none), (COUNT, taken.forty)):
                done = subprocess.run(
                    [*child, str(count), place, data], env=os.environ, capture_output=True, text=True, check=True
                )
                values.append(json.loads(done.stdout.splitlines()[-1]))
    none, forty = ([median(one) for one in zip(*values, strict=True)] for values in (taken.none, taken.forty))
    print(f"| CPU | without | with {COUNT} idle plugins | × |\n|---|---|---|---|")
    ratios = [after / before for before, after in zip(none, forty, strict=True)]
    for name, before, after, ratio in zip(SEEN, none, forty, ratios, strict=True):
        unit = "ms" if name == "a start" else "µs"
        print(f"| {name} | {before:.0f} {unit} | {after:.0f} {unit} | {ratio:.2f} |")
    return int(max(ratios[:2]) > GOAL)


if __name__ == "__main__":
    if sys.argv[1:2] == ["prepare"]:
        print(prepared(Path(sys.argv[2])))
    elif sys.argv[1:]:
        print(json.dumps(cost(int(sys.argv[1]), *sys.argv[2:])))
    else:
        raise SystemExit(main())
