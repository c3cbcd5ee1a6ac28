"""What a plugin has, read from its sources: hooks, rights, hosts, settings, commands, addresses, and what stands on pages."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from dihya_core.hooks.specification import Hook, domains, specified
from dihya_core.loading.conventions import places
from dihya_hookspecs.inspecting import Part, PartKind, Undecided

from . import parts_of_code, parts_of_routes, parts_of_tables
from .statics import CONTRACT, Call, Defined, Module, Sources, Unknown, text

NAMED: Mapping[str, tuple[PartKind, str, tuple[str, ...]]] = {
    "Permission": ("permission", "name", ("roles",)),
    "Role": ("role", "name", ()),
    "Egress": ("host", "host", ("country", "data", "basis", "private")),
    "Page": ("page", "path", ("permission", "section")),
    "Slot": ("slot", "name", ("place", "permission")),
    "Task": ("task", "name", ()),
    "Background": ("recurring", "name", ("every",)),
    "Subscription": ("subscription", "event", ()),
    "Step": ("step", "name", ("stage",)),
    "AccessPolicy": ("policy", "name", ()),
    "KeyUse": ("key", "name", ()),
}
"""Class of the contract → what it is, which of its parameters is its name, and which are told besides."""
TITLES = ("title", "sentence", "purpose", "label")
DEFAULTS: Mapping[str, Mapping[str, Any]] = {"Permission": {"roles": ("admin",)}, "Egress": {"country": "??"}}


def read(sources: Sources, name: str) -> tuple[list[Part], list[Undecided]]:
    """Return what the plugin *name* has, and what shows only when it runs."""
    undecided = [Undecided("file", place) for place in sources.unreadable]
    found: list[Part] = []
    for hook in (hook for module in domains() for hook in specified(module)):
        place, answers = _answers(sources, hook)
        if place:
            found.append(Part("hook", hook.name, place=place))
            found += _parts(hook, answers, name, undecided)
    known = {part.name for part in found if part.kind == "hook"}
    found += [Part("hook", hook, place=place) for hook, place in _implemented(sources) if hook not in known]
    found += parts_of_tables.read(sources, name, undecided)
    found += parts_of_code.settings(sources, name)
    found += parts_of_routes.addresses(sources, name, undecided)
    found += parts_of_code.reach(sources)
    return sorted(set(found), key=lambda part: (part.kind, part.name)), list(dict.fromkeys(undecided))


def _answers(sources: Sources, hook: Hook) -> tuple[str, list[Any]]:
    """Return where a plugin answers a hook, and what it answers; the place is empty where it does not."""
    where, answers = "", list[Any]()
    for file, said, *_ in places(hook.policy.found):
        module = sources.module(file)
        if module is None:
            continue
        if said.endswith("()") and (line := parts_of_tables.resource_line(module)):
            where = where or f"{module.path}:{line}"
        if said in module.names or said in module.imported:
            value = sources.bound(said, module)
            where = where or f"{module.path}:{getattr(module.names.get(said, [None])[0], 'lineno', 1)}"
            answers += value if isinstance(value, tuple) else [value]
    face = sources.module("")
    function = dict(_functions(sources)).get(hook.name)
    if function is not None and face is not None:
        return f"{face.path}:{function.lineno}", _returned(sources, function, face) if hook.gathered else []
    return where, answers


def _functions(sources: Sources) -> Iterator[tuple[str, ast.FunctionDef]]:
    """Yield (hook, function) for what the face marks with ``@hookimpl``."""
    face = sources.module("")
    for node in face.tree.body if face else ():
        if isinstance(node, ast.FunctionDef) and face:
            for mark in node.decorator_list:
                called = mark if isinstance(mark, ast.Call) else None
                if sources.full_name(called.func if called else mark, face) == f"{CONTRACT}.hookimpl":
                    other = [each.value for each in called.keywords if each.arg == "specname"] if called else []
                    named = sources.value(other[0], face) if other else node.name
                    yield (named if isinstance(named, str) else node.name), node


def _implemented(sources: Sources) -> Iterator[tuple[str, str]]:
    """Yield the hooks of other plugins that it implements."""
    face = sources.module("")
    yield from ((hook, f"{face.path}:{node.lineno}") for hook, node in _functions(sources) if face)


def _returned(sources: Sources, function: ast.FunctionDef, module: Module) -> list[Any]:
    """Return what a function returns that only imports and returns; of any other it shows when it runs."""
    inner = inside(function, module)
    simple = (ast.Return, ast.Import, ast.ImportFrom, ast.Assign, ast.Expr)
    returns = [node for node in function.body if isinstance(node, ast.Return)]
    if len(returns) != 1 or returns[0].value is None or any(not isinstance(node, simple) for node in function.body):
        return [module.unknown(function)]
    value = sources.value(returns[0].value, inner)
    return list(value) if isinstance(value, tuple) else [value]


def inside(function: ast.FunctionDef, module: Module) -> Module:
    """Return the names that count inside of a function."""
    inner = Module(module.path, module.dotted, ast.Module(function.body, []))
    arguments: dict[str, list[ast.AST]] = {argument.arg: [function, function] for argument in function.args.args}
    inner.names = {**module.names, **arguments, **inner.names}
    inner.imported = {**module.imported, **inner.imported}
    return inner


def _parts(hook: Hook, answers: list[Any], name: str, undecided: list[Undecided]) -> Iterator[Part]:
    for answer in answers:
        if isinstance(answer, Unknown):
            undecided.append(Undecided(hook.name, answer.place))
        elif isinstance(answer, Call) and (said := NAMED.get(answer.what.rpartition(".")[2])):
            yield from _declared(hook, answer, *said, undecided)
        elif special := SPECIAL.get(hook.name):
            yield from special(answer, name, undecided)
        elif isinstance(answer, Call) and not answer.what.startswith(f"{CONTRACT}."):
            undecided.append(Undecided(hook.name, answer.place))


def _declared(
    hook: Hook, call: Call, kind: PartKind, named: str, told: tuple[str, ...], undecided: list[Undecided]
) -> Iterator[Part]:
    """Yield what a declaration of the contract says of itself."""
    values = {**DEFAULTS.get(call.what.rpartition(".")[2], {}), **call.bound()}
    if not isinstance(values.get(named), str):
        undecided.append(Undecided(hook.name, call.place))
        return
    facts = []
    for word in told:
        if (value := values.get(word)) is not None and value not in ("", False, ()):
            if (said := spoken(value)) is None:
                undecided.append(Undecided(f"{values[named]}.{word}", call.place))
            else:
                facts.append((word, said))
    title = next((found for word in TITLES if word in values and (found := text(values[word]))), None)
    yield Part(kind, values[named], title, tuple(facts), call.place)


def spoken(value: Any) -> str | None:
    """Return a value as a fact; None for what is not known."""
    if isinstance(value, tuple):
        parts = [spoken(part) for part in value]
        return None if None in parts else ", ".join(map(str, parts))
    return str(value) if isinstance(value, (str, int, float)) else None


def _command(answer: Any, name: str, undecided: list[Undecided]) -> Iterator[Part]:
    if isinstance(answer, Defined) and isinstance(answer.node, ast.FunctionDef):
        yield from parts_of_code.commands(answer)
    else:
        undecided.append(Undecided("register_commands", getattr(answer, "place", "cli.py:1")))


def _blueprint(answer: Any, name: str, undecided: list[Undecided]) -> Iterator[Part]:
    if isinstance(answer, Call) and answer.what.endswith(".Blueprint"):
        return iter(())  # its addresses stand with its views
    undecided.append(Undecided("register_routes", getattr(answer, "place", "routes.py:1")))
    return iter(())


SPECIAL: Mapping[str, Callable[[Any, str, list[Undecided]], Iterator[Part]]] = {
    "register_commands": _command,
    "register_routes": _blueprint,
}
