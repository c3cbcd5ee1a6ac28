"""Rehearses a plugin's migrations in an application of its own: up, compared with the models, down, and up again."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator
from importlib.metadata import entry_points, requires
from typing import Any

from dihya_hookspecs import GROUP


def rehearse(name: str) -> str:
    """Return what is wrong with the migrations of the installed plugin *name*, in one sentence; empty if nothing is."""
    from dihya_core import create_app

    from .kit import App

    with tempfile.TemporaryDirectory(prefix="rehearsal-") as data:
        wanted = {"db", "migrations", name, *needed(name)}
        app = App(create_app(only=wanted, given={"dihya": {"data": data}}, environ={}), [])
        if name not in {info.name for info in app.hooks.active()}:
            return f"plugin {name!r} does not start with {', '.join(sorted(wanted - {name}))}"
        try:
            return next((flaw for flaw in _flaws(app, name) if flaw), "")
        finally:
            app.stop()


def _flaws(app: Any, name: str) -> Iterator[str]:
    yield _said(app, "the migrations do not run", "db", "upgrade")
    yield _said(app, "the tables are not those of the models", "db", "check")
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


def _left(app: Any, name: str) -> str:
    from dihya_hookspecs.data import Database
    from sqlalchemy import inspect

    with app.act("rehearsal.look") as act:
        tables = inspect(act.get(Database).engine).get_table_names()
    left = [table for table in tables if table.startswith(f"{name}_") and not table.endswith("_alembic_version")]
    return f"going back leaves {', '.join(left)}" if left else ""


def needed(name: str) -> set[str]:
    """Return the installed plugins that a plugin's distribution depends on, and those that these depend on."""
    installed = {(point.dist.name if point.dist else ""): point.name for point in entry_points(group=GROUP)}
    found: set[str] = set()
    waiting = [distribution for distribution, plugin in installed.items() if plugin == name]
    while waiting:
        for line in requires(waiting.pop()) or ():
            wanted = re.split(r"[^\w.-]", line, maxsplit=1)[0]
            if "extra ==" not in line and wanted in installed and installed[wanted] not in found:
                found.add(installed[wanted])
                waiting.append(wanted)
    return found
