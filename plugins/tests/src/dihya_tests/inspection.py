"""Looks at an installed plugin from inside: its entry point, its columns, its permissions, its migrations.

Runs in a process of its own, in which no test of the plugin is imported: ``python -m dihya_tests.inspection NAME``.
"""

from __future__ import annotations

import importlib
import pkgutil
import sys
import time
from collections.abc import Callable, Iterator
from importlib.metadata import entry_points
from types import ModuleType
from typing import Any

from dihya_hookspecs import GROUP
from dihya_hookspecs.generation import Check

from . import titles
from .pipe import END, Pipe


def inspect(name: str) -> list[Check]:
    """Return one check a question, about the installed plugin *name*."""
    start = time.perf_counter()
    found = [one for one in entry_points(group=GROUP) if one.name == name]
    if len(found) != 1:
        detail = f"entry point {name!r} of {GROUP!r} is found {len(found)} times in the fresh environment"
        return [Check(titles.ENTRY_POINT, False, time.perf_counter() - start, detail)]
    try:
        face = _imported(found[0].value)
    except Exception as error:  # whatever the plugin does wrong is a failed check
        return [Check(titles.ENTRY_POINT, False, time.perf_counter() - start, _reason(error))]
    checks = [Check(titles.ENTRY_POINT, True, time.perf_counter() - start, found[0].value)]
    return [*checks, *(_ask(title, question, name, face) for title, question in QUESTIONS), _migrations(name, face)]


def _imported(package: str) -> ModuleType:
    """Return the plugin's face, after importing every module of it but its migrations: a table counts where it stands."""
    face = importlib.import_module(package)
    for module in pkgutil.walk_packages(face.__path__, f"{package}."):
        if ".migrations" not in module.name:
            importlib.import_module(module.name)
    return face


def _ask(title: str, question: Callable[[str, ModuleType], Iterator[str]], name: str, face: ModuleType) -> Check:
    start = time.perf_counter()
    try:
        flaws = list(question(name, face))
    except Exception as error:  # whatever the plugin does wrong is a failed check
        flaws = [_reason(error)]
    return Check(title, not flaws, time.perf_counter() - start, "; ".join(flaws))


def _reason(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"


def _migrations(name: str, face: ModuleType) -> Check:
    """A fresh database gets the tables of the models by the migrations alone, loses them again, and gets them again."""
    from .rehearsal import rehearse

    start = time.perf_counter()
    tables = [table for table in _tables(face)]
    if not tables:
        return titles.line(titles.MIGRATIONS, True, time.perf_counter() - start, titles.NO_TABLES)
    try:
        flaw = rehearse(name)
    except Exception as error:
        flaw = _reason(error)
    seconds = time.perf_counter() - start
    if flaw:
        return Check(titles.MIGRATIONS, False, seconds, flaw)
    return titles.line(titles.MIGRATIONS, True, seconds, titles.TABLES, count=len(tables))


def _tables(face: ModuleType) -> Iterator[Any]:
    """Every table whose model is written in the plugin."""
    from dihya_hookspecs.data import Model

    for table in Model.metadata.tables.values():
        model = table.info.get("model")
        if model is not None and model.__module__.split(".")[0] == face.__name__:
            yield table


def _columns(name: str, face: ModuleType) -> Iterator[str]:
    """Every column of the plugin's tables says whether it is about a person."""
    from dihya_hookspecs.data import Impersonal, Personal

    for table in _tables(face):
        if not table.name.startswith(f"{name}_"):
            yield f"table {table.name!r} must be named {name}_…"
        for column in table.columns:
            if not isinstance(column.info.get("rgpd"), Personal | Impersonal):
                yield f"column {table.name}.{column.name} does not say whether it is about a person"


def _listed(answer: Any) -> list[Any]:
    return list(answer) if isinstance(answer, list | tuple) else [] if answer is None else [answer]


def _called(face: ModuleType, hook: str) -> list[Any]:
    """Return what a plugin answers to a hook: by the hook, or by the files in which the core would find it."""
    from dihya_core.loading import conventions

    implementation = getattr(face, hook, None)
    if implementation:
        return _listed(implementation())
    domain = importlib.import_module(f"dihya_hookspecs.{_DOMAINS[hook]}")
    places = conventions.filled(face, getattr(domain, hook).dihya_policy.found)
    return conventions.reader(face, places)() if places else []


_DOMAINS = {"register_permissions": "access", "register_resources": "web", "register_routes": "web"}


def _permissions(name: str, face: ModuleType) -> Iterator[str]:
    """Every view and every resource asks for a permission that the plugin registers, or says why it is public."""
    known = {one.name for one in _called(face, "register_permissions")}
    for resource in _called(face, "register_resources"):
        for permission in (resource.read, resource.write):
            if permission not in known:
                yield f"resource {resource.name!r} asks for {permission!r}, which the plugin does not register"
    for endpoint, view in _views(face):
        wanted = getattr(view, "dihya_requires", None)
        if wanted is None and not getattr(view, "dihya_public", None):
            yield f"view {endpoint!r} has neither @requires nor @public"
        elif wanted is not None and wanted.startswith(f"{name}:") and wanted not in known:
            yield f"view {endpoint!r} asks for {wanted!r}, which the plugin does not register"


def _views(face: ModuleType) -> Iterator[tuple[str, Any]]:
    blueprints = _called(face, "register_routes")
    if not blueprints:
        return
    from flask import Flask

    application = Flask("proof", static_folder=None)
    for number, blueprint in enumerate(blueprints):
        application.register_blueprint(blueprint, url_prefix=blueprint.url_prefix or f"/{number}")
    yield from application.view_functions.items()


def main() -> None:
    """Inspect the plugin that is named and write one line for each answer on the pipe of the proof."""
    with Pipe.of_environment() as pipe:
        for check in inspect(sys.argv[1]):
            pipe.write(check)
        pipe.write(Check(END, True, 0.0))


QUESTIONS = ((titles.COLUMNS, _columns), (titles.PERMISSIONS, _permissions))

if __name__ == "__main__":
    main()
