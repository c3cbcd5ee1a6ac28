"""Tables of a plugin, what they hold about people, and who would see them, read from its sources."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from typing import Any

from dihya_hookspecs.i18n import Text
from dihya_hookspecs.inspecting import Part, Undecided

from .statics import CONTRACT, Call, Defined, Module, Sources, Unknown, text

WORDS = ("purpose", "basis", "retention")
DECLARING = (f"{CONTRACT}.data.", f"{CONTRACT}._model.")


def read(sources: Sources, name: str, undecided: list[Undecided]) -> Iterator[Part]:
    """Yield tables, columns about people, and the rights that resources ask for; then what migrations make besides."""
    named = set()
    for module in sources.modules.values():
        if ".migrations" in module.dotted:
            continue
        for node in ast.walk(module.tree):
            if isinstance(node, ast.ClassDef) and (table := _assigned(node, "__tablename__")) is not None:
                said = sources.value(table, module)
                if isinstance(said, str):
                    named.add(said)
                    yield from _table(sources, Defined(node.name, module, node), said, name, undecided)
                else:
                    undecided.append(Undecided(f"{node.name}.__tablename__", f"{module.path}:{node.lineno}"))
            elif isinstance(node, ast.Call) and sources.full_name(node.func, module).endswith("sqlalchemy.Table"):
                yield from _bare(sources, module, node, named, undecided)
    yield from _migrated(sources, named, undecided)


def resource_line(module: Module) -> int:
    """Return the line of the first class that declares a resource; 0 for none."""
    classes = (node for node in module.tree.body if isinstance(node, ast.ClassDef))
    return next((node.lineno for node in classes if _assigned(node, "__resource__") is not None), 0)


def _table(sources: Sources, cls: Defined, table: str, plugin: str, undecided: list[Undecided]) -> Iterator[Part]:
    keywords = cls.node.keywords if isinstance(cls.node, ast.ClassDef) else []
    said = {str(each.arg): sources.value(each.value, cls.module) for each in keywords if each.arg}
    summary = (ast.get_docstring(cls.node) or "").partition("\n")[0]
    facts = [(word, str(said[word])) for word in ("erase",) if isinstance(said.get(word), str)]
    yield Part("table", table, Text(summary, summary) if summary else None, tuple(facts), cls.place)
    for owner in _lineage(sources, cls):
        for node in owner.node.body:
            yield from _column(sources, owner.module, node, table, said, undecided)
    resource = _assigned(cls.node, "__resource__")
    if resource is not None:
        yield from _rights(sources.value(resource, cls.module), table, plugin, cls.place, undecided)


def _lineage(sources: Sources, cls: Defined, depth: int = 0) -> Iterator[Defined]:
    """Yield a class and those of the plugin from which it inherits columns."""
    yield cls
    for base in cls.node.bases if isinstance(cls.node, ast.ClassDef) and depth < 10 else ():
        found = sources.value(base, cls.module)
        if isinstance(found, Defined) and found.node is not cls.node:
            yield from _lineage(sources, found, depth + 1)


def _column(
    sources: Sources, module: Module, node: ast.stmt, table: str, said: Mapping[str, Any], undecided: list[Undecided]
) -> Iterator[Part]:
    if not isinstance(node, (ast.AnnAssign, ast.Assign)) or not isinstance(node.value, ast.Call):
        return
    target = node.target if isinstance(node, ast.AnnAssign) else node.targets[0]
    what = sources.full_name(node.value.func, module)
    if not isinstance(target, ast.Name) or not what.startswith(DECLARING) or not what.endswith(".personal"):
        return
    call, place = sources.value(node.value, module), f"{module.path}:{node.lineno}"
    if not isinstance(call, Call):
        undecided.append(Undecided(f"{table}.{target.id}", place))
        return
    category = call.arguments[0] if call.arguments else call.named.get("category")
    facts = list[tuple[str, str | Text]]()
    for word, value in (("category", category), *((word, call.named.get(word) or said.get(word)) for word in WORDS)):
        text_of = text(value)
        if text_of is not None:
            facts.append((word, text_of if text_of.en != text_of.fr else text_of.en))
        elif isinstance(value, (Unknown, Call)):
            undecided.append(Undecided(f"{table}.{target.id}, {word}", place))
    if call.named.get("secret") is True:
        facts.append(("secret", "yes"))
    yield Part("personal", f"{table}.{target.id}", text(call.named.get("label")), tuple(facts), place)


def _rights(value: Any, table: str, plugin: str, place: str, undecided: list[Undecided]) -> Iterator[Part]:
    """Yield the rights to see and to change the records of a resource, and who holds them."""
    if not isinstance(value, Call):
        undecided.append(Undecided(f"{table}.__resource__", place))
        return
    title, resource = text(value.bound().get("title")), table.removeprefix(f"{plugin}_")
    for right in ("read", "write"):
        roles = value.bound().get(right, ())
        if not isinstance(roles, tuple) or not all(isinstance(role, str) for role in roles):
            undecided.append(Undecided(f"{plugin}:{right}_{resource}, roles", place))
            continue
        facts = (("roles", ", ".join(dict.fromkeys(("admin", *roles)))),)
        yield Part("permission", f"{plugin}:{right}_{resource}", title, facts, place)


def _bare(
    sources: Sources, module: Module, node: ast.Call, named: set[str], undecided: list[Undecided]
) -> Iterator[Part]:
    """Yield a table without a class."""
    name = sources.value(node.args[0], module) if node.args else None
    if isinstance(name, str):
        named.add(name)
        yield Part("table", name, place=f"{module.path}:{node.lineno}")
    else:
        undecided.append(Undecided("Table", f"{module.path}:{node.lineno}"))


def _migrated(sources: Sources, named: set[str], undecided: list[Undecided]) -> Iterator[Part]:
    """Yield the tables that only a migration makes; its own SQL is read by nobody here."""
    seen = set(named)
    for module in sources.modules.values():
        if ".migrations" not in module.dotted:
            continue
        for node in ast.walk(module.tree):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
                continue
            place = f"{module.path}:{node.lineno}"
            if node.func.attr == "create_table":
                name = sources.value(node.args[0], module) if node.args else None
                if not isinstance(name, str):
                    undecided.append(Undecided("create_table", place))
                elif name not in seen:
                    seen.add(name)
                    yield Part("table", name, None, (("made by", "migration"),), place)
            elif node.func.attr == "execute":
                undecided.append(Undecided("SQL of a migration", place))


def _assigned(cls: ast.ClassDef | ast.FunctionDef, name: str) -> ast.expr | None:
    """Return what a class assigns to a name in its body."""
    for node in cls.body:
        if isinstance(node, ast.Assign) and any(isinstance(one, ast.Name) and one.id == name for one in node.targets):
            return node.value
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.target.id == name:
            return node.value
    return None
