"""The addresses of a plugin and who may open them, read from its sources."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from dihya_hookspecs.i18n import Text
from dihya_hookspecs.inspecting import Part, Undecided

from .statics import CONTRACT, Call, Defined, Module, Sources

METHODS = ("get", "post", "put", "patch", "delete")
RIGHTS = {f"{CONTRACT}.web.requires": "permission", f"{CONTRACT}.web.public": "public"}


def addresses(sources: Sources, name: str, undecided: list[Undecided]) -> Iterator[Part]:
    """Yield the addresses of the views, with the permission that each asks for."""
    for module in sources.modules.values():
        for node in ast.walk(module.tree):
            marks = node.decorator_list if isinstance(node, ast.FunctionDef) else [node]
            view = node if isinstance(node, ast.FunctionDef) else None
            for call in marks:
                match call:
                    case ast.Call(func=ast.Attribute(value=owner, attr="add_url_rule")):
                        prefix = _prefix(sources.value(owner, module), name)
                        rule = sources.value(call.args[0], module) if call.args else None
                        if prefix is None or not isinstance(rule, str):
                            undecided.append(Undecided("address", f"{module.path}:{call.lineno}"))
                        else:
                            found = _view(sources, module, call)
                            yield _part(
                                sources, module, call, f"{prefix}{rule}", _methods(sources, module, call), found
                            )
                    case ast.Call(func=ast.Attribute(value=owner, attr=verb)) if view and verb in (*METHODS, "route"):
                        prefix = _prefix(sources.value(owner, module), name)
                        rule = sources.value(call.args[0], module) if call.args else None
                        if prefix is not None and isinstance(rule, str):
                            methods = _methods(sources, module, call) if verb == "route" else [verb.upper()]
                            yield _part(sources, module, call, f"{prefix}{rule}", methods, view)


def _part(
    sources: Sources, module: Module, call: ast.Call, rule: str, methods: list[str], view: ast.FunctionDef | None
) -> Part:
    said = (ast.get_docstring(view) or "").partition("\n")[0] if view else ""
    title = Text(said, said) if said else None
    right = tuple(_right(sources, module, view))
    return Part("address", f"{' '.join(methods)} {rule}", title, right, f"{module.path}:{call.lineno}")


def _prefix(blueprint: object, name: str) -> str | None:
    """Return where a blueprint is mounted, as the core does it; None for what is no blueprint."""
    if not isinstance(blueprint, Call) or not blueprint.what.endswith(".Blueprint"):
        return None
    said = blueprint.named.get("url_prefix")
    if isinstance(said, str):
        return said
    called = blueprint.arguments[0] if blueprint.arguments else blueprint.named.get("name")
    return f"/api/v1/{name}" if str(called).endswith("_api") else f"/{name}"


def _methods(sources: Sources, module: Module, call: ast.Call) -> list[str]:
    said = [sources.value(each.value, module) for each in call.keywords if each.arg == "methods"]
    return [str(method) for method in said[0]] if said and isinstance(said[0], tuple) else ["GET"]


def _right(sources: Sources, module: Module, view: ast.FunctionDef | None) -> Iterator[tuple[str, str]]:
    for mark in view.decorator_list if view else ():
        if isinstance(mark, ast.Call) and mark.args:
            what, said = sources.full_name(mark.func, module), sources.value(mark.args[0], module)
            if what in RIGHTS and isinstance(said, str):
                yield RIGHTS[what], said


def _view(sources: Sources, module: Module, call: ast.Call) -> ast.FunctionDef | None:
    said = [each.value for each in call.keywords if each.arg == "view_func"] or call.args[2:3]
    found = sources.value(said[0], module) if said else None
    return found.node if isinstance(found, Defined) and isinstance(found.node, ast.FunctionDef) else None
