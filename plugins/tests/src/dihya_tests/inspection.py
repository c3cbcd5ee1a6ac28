"""Looks at an installed plugin from inside: its entry point, its columns, its permissions."""

from __future__ import annotations

import importlib
import time
from collections.abc import Callable, Iterator
from importlib.metadata import entry_points
from types import ModuleType
from typing import Any

from dihya_hookspecs import GROUP
from dihya_hookspecs.generation import Check

END = "end"
"""Name of the last line of a run; without it the run was cut off, whatever its exit code says."""


def inspect(name: str) -> list[Check]:
    """Return one check a question, about the installed plugin *name*, and the line that says that this was the end."""
    start = time.perf_counter()
    found = [one for one in entry_points(group=GROUP) if one.name == name]
    if len(found) != 1:
        detail = f"entry point {name!r} of {GROUP!r} is found {len(found)} times in the fresh environment"
        return [Check("entry point", False, time.perf_counter() - start, detail), Check(END, True, 0.0)]
    face = importlib.import_module(found[0].value)
    checks = [Check("entry point", True, time.perf_counter() - start, found[0].value)]
    return [*checks, *(_ask(title, question, name, face) for title, question in QUESTIONS), Check(END, True, 0.0)]


def _ask(title: str, question: Callable[[str, ModuleType], Iterator[str]], name: str, face: ModuleType) -> Check:
    start = time.perf_counter()
    try:
        flaws = list(question(name, face))
    except Exception as error:  # whatever the plugin does wrong is a failed check
        flaws = [f"{type(error).__name__}: {error}"]
    return Check(title, not flaws, time.perf_counter() - start, "; ".join(flaws))


def _columns(name: str, face: ModuleType) -> Iterator[str]:
    """Every column of the plugin's tables says whether it is about a person."""
    from dihya_hookspecs.data import Impersonal, Model, Personal

    for table in Model.metadata.tables.values():
        model = table.info.get("model")
        if model is None or model.__module__.split(".")[0] != face.__name__:
            continue
        if not table.name.startswith(f"{name}_"):
            yield f"table {table.name!r} must be named {name}_…"
        for column in table.columns:
            if not isinstance(column.info.get("rgpd"), Personal | Impersonal):
                yield f"column {table.name}.{column.name} does not say whether it is about a person"


def _listed(answer: Any) -> list[Any]:
    return list(answer) if isinstance(answer, list | tuple) else [] if answer is None else [answer]


def _called(face: ModuleType, hook: str) -> list[Any]:
    implementation = getattr(face, hook, None)
    return _listed(implementation()) if implementation else []


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


QUESTIONS = (("every column says what it is", _columns), ("every view has a permission", _permissions))
