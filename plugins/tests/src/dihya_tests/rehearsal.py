"""Rehearses a plugin's migrations in an application of its own: up, compared with the models, down, and up again.

``python -m dihya_tests.rehearsal NAME`` does so in a sandbox, and says on its pipe how many rows stood in the tables.
"""

from __future__ import annotations

import os
import re
import sys
import tempfile
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.metadata import entry_points, requires
from typing import Any

from dihya_hookspecs import GROUP


def rehearse(name: str, sown: list[int] | None = None) -> str:
    """Return what is wrong with the migrations of the installed plugin *name*, in one sentence; empty if nothing is.

    Args:
        sown: receives how many rows stood in its tables when the migrations went back.
    """
    from dihya_core import create_app

    from .kit import App

    with tempfile.TemporaryDirectory(prefix="rehearsal-") as data:
        wanted = {"db", "migrations", name, *needed(name)}
        app = App(create_app(only=wanted, given={"dihya": {"data": data}}, environ={}), [])
        if name not in {info.name for info in app.hooks.active()}:
            return f"plugin {name!r} does not start with {', '.join(sorted(wanted - {name}))}"
        try:
            return next((flaw for flaw in _flaws(app, name, sown if sown is not None else []) if flaw), "")
        finally:
            app.stop()


def _flaws(app: Any, name: str, sown: list[int]) -> Iterator[str]:
    yield _said(app, "the migrations do not run", "db", "upgrade")
    yield _said(app, "the tables are not those of the models", "db", "check")
    sown.append(_sown(app, name))
    yield _said(app, "the migrations do not go back", "db", "downgrade", name, "base", "--destructive")
    yield _left(app, name)
    yield _said(app, "the migrations do not run a second time", "db", "upgrade")
    yield _said(app, "the tables are not those of the models after going back and forth", "db", "check")


def _said(app: Any, flaw: str, *command: str) -> str:
    """Return *flaw* with what the command said, or nothing if it went well."""
    result = app.cli(*command)
    if result.exit_code == 0:
        return ""
    said = (result.stderr or result.stdout).strip() or repr(result.exception)
    return f"{flaw}: {' '.join(said.split())}"


def _sown(app: Any, name: str) -> int:
    """Fill the plugin's tables, as far as rows can be guessed, and return how many stand in them."""
    from dihya_hookspecs.data import Model

    from .suite.model import NotChecked
    from .suite.seeding import sow

    tables = [table for table in Model.metadata.sorted_tables if table.info.get("plugin") == name]
    try:
        return sum(len(one.rows) for one in sow(app, tables))
    except NotChecked:
        return 0


def _left(app: Any, name: str) -> str:
    from dihya_hookspecs.data import Database
    from sqlalchemy import inspect

    with app.act("rehearsal.look") as act:
        tables = inspect(act.get(Database).engine).get_table_names()
    left = [table for table in tables if table.startswith(f"{name}_") and not table.endswith("_alembic_version")]
    return f"going back leaves {', '.join(left)}" if left else ""


@cache
def installed() -> Mapping[str, str]:
    """Return distribution → plugin, of what is installed when this process first asks; looking takes some 35 ms."""
    return {(point.dist.name if point.dist else ""): point.name for point in entry_points(group=GROUP)}


@cache
def needed(name: str) -> frozenset[str]:
    """Return the installed plugins that a plugin's distribution depends on, and those that these depend on."""
    there = installed()
    found: set[str] = set()
    waiting = [distribution for distribution, plugin in there.items() if plugin == name]
    while waiting:
        for line in requires(waiting.pop()) or ():
            wanted = re.split(r"[^\w.-]", line, maxsplit=1)[0]
            if "extra ==" not in line and wanted in there and there[wanted] not in found:
                found.add(there[wanted])
                waiting.append(wanted)
    return frozenset(found)


def main() -> int:
    """Rehearse the plugin that is named; the exit code is 1, with a sentence on standard error, where something is wrong."""
    from .pipe import WITNESS

    sown: list[int] = []
    if flaw := rehearse(sys.argv[1], sown):
        sys.stderr.write(f"{flaw}\n")
        return 1
    os.write(int(os.environ[WITNESS]), str(sum(sown)).encode())
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
