"""The contract as authors rely on it: every hook with its promises, and every public name with its shape."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import dihya_hookspecs
from dihya_hookspecs import VERSION, Deprecated, DihyaError, Policy
from dihya_hookspecs.deprecations import NAMES

from . import hooks

Shape = dict[str, Any]


def surface() -> Shape:
    """Return the contract of this installation, read from its sources: version, hooks, names by module, and which of them go.

    Raises DihyaError for a name that goes and is not there.
    """
    root = Path(next(iter(dihya_hookspecs.__path__)))
    modules = {}
    for path in [*root.glob("*.py"), *root.glob("*/__init__.py")]:
        dotted = ".".join(path.relative_to(root).with_suffix("").parts).removesuffix("__init__").rstrip(".")
        if not dotted.startswith("_"):
            modules[dotted] = dict(sorted(_names(path)))
    names = dict(sorted(modules.items()))
    return {"contract": VERSION, "hooks": _hooks(), "names": names, "deprecated": going(names, NAMES)}


def going(names: Shape, gone: Mapping[str, Deprecated]) -> Shape:
    """Return day and replacement of each name that goes.

    Args:
        names: as ``surface`` gives them.
        gone: as ``dihya_hookspecs.deprecations.NAMES``. Raises DihyaError for a key that leads to nothing.
    """
    for key in gone:
        if not _leads_somewhere(key, names):
            raise DihyaError(f"{key!r} is marked as deprecated, and the contract has no such name", code="no-name")
    return {key: {"since": one.since, "instead": one.instead} for key, one in sorted(gone.items())}


def _leads_somewhere(key: str, names: Shape) -> bool:
    """Tell whether a key is a name, or a field, method or parameter of one; the longest module that fits has it."""
    module = max((one for one in names if one == "" or key.startswith(f"{one}.")), key=len)
    name, _, member = key[len(module) :].lstrip(".").partition(".")
    shape = names[module].get(name)
    if shape is None or not member:
        return shape is not None
    known = {*shape.get("fields", {}), *shape.get("methods", {}), *(one["name"] for one in shape.get("parameters", ()))}
    return member in known


def text(found: Shape) -> str:
    """Return a surface as it stands in ``hooks.json``: a line for each hook and each name, so that a change of one is one line."""
    hooks_ = ",\n".join(f"  {json.dumps(name)}: {_line(hook)}" for name, hook in sorted(found["hooks"].items()))
    names = ",\n".join(
        f"  {json.dumps(module)}: {{\n"
        + ",\n".join(f"   {json.dumps(name)}: {_line(one)}" for name, one in own.items())
        + "\n  }"
        for module, own in found["names"].items()
    )
    going = _line(found["deprecated"])
    return f'{{\n "contract": {json.dumps(found["contract"])},\n "deprecated": {going},\n "hooks": {{\n{hooks_}\n }},\n "names": {{\n{names}\n }}\n}}\n'


def _line(shape: Shape) -> str:
    return json.dumps(shape, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _hooks() -> Shape:
    found = {}
    for domain, hook in hooks.hooks():
        policy: Policy = hook.dihya_policy  # type: ignore[attr-defined]
        path = Path(hook.__code__.co_filename)
        nodes = ast.parse(path.read_text("utf-8")).body
        node = next(one for one in nodes if isinstance(one, ast.FunctionDef) and one.name == hook.__name__)
        found[hook.__name__] = {
            "module": domain,
            "kind": policy.kind,
            "on_error": policy.on_error,
            "result": _result(policy.result),
            "found": list(policy.found),
            "arguments": {argument.arg: _written(argument.annotation) for argument in node.args.args},
            "deprecated": [
                {"argument": one.argument, "since": one.since, "instead": one.instead} for one in policy.deprecated
            ],
        }
    return found


def _result(result: object) -> str:
    if isinstance(result, tuple):
        return " | ".join(map(_result, result))
    return result if isinstance(result, str) else getattr(result, "__name__", "")


def _names(path: Path) -> Iterator[tuple[str, Shape]]:
    """Yield the public names of a file: what it defines, and what it says again under its own name (``as Name``)."""
    for node in _all(ast.parse(path.read_text("utf-8")).body):
        if isinstance(node, (ast.ClassDef, ast.FunctionDef)):
            if not node.name.startswith("_") and not _is_hook(node):
                yield node.name, _shape(node)
        elif isinstance(node, (ast.Assign, ast.AnnAssign)):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            for target in targets:
                if isinstance(target, ast.Name) and not target.id.startswith("_"):
                    yield target.id, _value(node)
        elif isinstance(node, ast.ImportFrom) and node.level:
            for alias in node.names:
                if alias.asname == alias.name:
                    yield alias.name, _elsewhere(path, node, alias.name)


def _all(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """Yield the statements of a file, and those that are there for type checkers."""
    for node in body:
        yield node
        if isinstance(node, ast.If):
            yield from (inner for inner in node.body if isinstance(inner, ast.ImportFrom))


def _elsewhere(path: Path, node: ast.ImportFrom, name: str) -> Shape:
    """Return the shape of a name where it is defined."""
    base = path.parent
    for _ in range(node.level - 1):
        base = base.parent
    place = base.joinpath(*(node.module or "").split("."))
    file = place.with_suffix(".py") if place.with_suffix(".py").is_file() else place / "__init__.py"
    for one in ast.parse(file.read_text("utf-8")).body:
        if isinstance(one, (ast.ClassDef, ast.FunctionDef)) and one.name == name:
            return _shape(one)
        if isinstance(one, (ast.Assign, ast.AnnAssign)):
            targets = one.targets if isinstance(one, ast.Assign) else [one.target]
            if any(isinstance(target, ast.Name) and target.id == name for target in targets):
                return _value(one)
    return {"is": "value", "type": ""}


def _is_hook(node: ast.ClassDef | ast.FunctionDef) -> bool:
    return any(isinstance(mark, ast.Call) and _written(mark.func) == "hookspec" for mark in node.decorator_list)


def _shape(node: ast.ClassDef | ast.FunctionDef) -> Shape:
    if isinstance(node, ast.FunctionDef):
        return _signature(node)
    fields, methods = {}, {}
    for one in node.body:
        if isinstance(one, ast.AnnAssign) and isinstance(one.target, ast.Name) and not one.target.id.startswith("_"):
            fields[one.target.id] = {"type": _written(one.annotation), "optional": one.value is not None}
        elif isinstance(one, ast.FunctionDef) and (one.name == "__init__" or not one.name.startswith("_")):
            methods[one.name] = _signature(one)
    return {
        "is": "class", "bases": [_written(base) for base in node.bases], "fields": fields, "order": list(fields),
        "methods": methods,
    }  # fmt: skip


def _signature(node: ast.FunctionDef) -> Shape:
    given = node.args
    positional = [*given.posonlyargs, *given.args]
    required = len(positional) - len(given.defaults)
    parameters = [
        {"name": one.arg, "type": _written(one.annotation), "optional": number >= required, "by": "place"}
        for number, one in enumerate(positional)
        if one.arg not in ("self", "cls")
    ]
    parameters += [
        {"name": one.arg, "type": _written(one.annotation), "optional": default is not None, "by": "name"}
        for one, default in zip(given.kwonlyargs, given.kw_defaults, strict=True)
    ]
    more = [f"*{given.vararg.arg}"] if given.vararg else []
    more += [f"**{given.kwarg.arg}"] if given.kwarg else []
    return {"is": "function", "parameters": parameters, "more": more, "returns": _written(node.returns)}


def _value(node: ast.Assign | ast.AnnAssign) -> Shape:
    """Return a constant: its type, and of a choice of words these words."""
    written = _written(node.value)
    words = written if written.startswith("Literal[") else ""
    return {"is": "value", "type": _written(node.annotation) if isinstance(node, ast.AnnAssign) else words}


def _written(node: ast.AST | None) -> str:
    return ast.unparse(node).strip("'\"") if node is not None else ""
