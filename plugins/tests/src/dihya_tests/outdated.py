"""Which names of the contract a plugin uses, as its sources say it; nothing is run."""

from __future__ import annotations

import ast
from collections.abc import Container, Iterator, Mapping

from dihya_hookspecs import Deprecated

from .sources import Files, trees

CONTRACT = "dihya_hookspecs"


def outdated(files: Files, gone: Mapping[str, Deprecated]) -> Iterator[str]:
    """Yield a sentence for each name that a plugin uses and that goes: where, since when, what to write instead.

    Args:
        gone: as ``dihya_hookspecs.deprecations.NAMES``.
    """
    for path, tree in trees(files):
        for name, line in uses(tree, gone).items():
            said = gone[name]
            yield (
                f"{path}:{line} uses {name!r}, deprecated since {said.since}; "
                f"write {said.instead} before the next major version of the contract takes it away"
            )


def uses(tree: ast.Module, wanted: Container[str]) -> dict[str, int]:
    """Return which of the names a file uses, and in which line first.

    A field or method is seen where it is named at its class: read from it, given by keyword, or declared by a class below it.
    What is read from a value, whose class shows only when the code runs, is not seen.
    """
    bound, found = _bound(tree), dict[str, int]()
    for node in ast.walk(tree):
        for name in _named(node, bound):
            if name in wanted:
                found[name] = min(node.lineno, found.get(name, node.lineno))  # type: ignore[attr-defined]
    return found


def _bound(tree: ast.Module) -> dict[str, str]:
    """Return which names of a file stand for what of the contract: ``{"R": "web.Resource"}``; the package is ``""``."""
    bound = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                if alias.name.partition(".")[0] == CONTRACT:
                    bound[alias.asname or CONTRACT] = _inner(alias.name) if alias.asname else ""
        elif isinstance(node, ast.ImportFrom) and not node.level and (node.module or "").partition(".")[0] == CONTRACT:
            for alias in node.names:
                bound[alias.asname or alias.name] = _inner(f"{node.module}.{alias.name}")
    return bound


def _inner(dotted: str) -> str:
    return dotted.removeprefix(CONTRACT).lstrip(".")


def _named(node: ast.AST, bound: Mapping[str, str]) -> Iterator[str]:
    """Yield the names of the contract that one node says."""
    if isinstance(node, ast.ImportFrom) and not node.level and (node.module or "").partition(".")[0] == CONTRACT:
        yield from (_inner(f"{node.module}.{alias.name}") for alias in node.names)
    elif isinstance(node, (ast.Name, ast.Attribute)):
        if name := _dotted(node, bound):
            yield name
    elif isinstance(node, ast.Call):
        if name := _dotted(node.func, bound):
            yield from (f"{name}.{keyword.arg}" for keyword in node.keywords if keyword.arg)
    elif isinstance(node, ast.ClassDef):
        for base in node.bases:
            if name := _dotted(base.value if isinstance(base, ast.Subscript) else base, bound):
                yield from (f"{name}.{member}" for member in _members(node))


def _dotted(node: ast.expr, bound: Mapping[str, str]) -> str:
    if isinstance(node, ast.Name):
        return bound.get(node.id, "")
    if isinstance(node, ast.Attribute):
        if isinstance(node.value, ast.Name) and bound.get(node.value.id) == "":
            return node.attr
        return f"{name}.{node.attr}" if (name := _dotted(node.value, bound)) else ""
    return ""


def _members(node: ast.ClassDef) -> Iterator[str]:
    for one in node.body:
        if isinstance(one, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield one.name
        elif isinstance(one, (ast.Assign, ast.AnnAssign)):
            targets = one.targets if isinstance(one, ast.Assign) else [one.target]
            yield from (target.id for target in targets if isinstance(target, ast.Name))
