"""Settings, commands and far-reaching libraries of a plugin, read from its sources."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from dihya_hookspecs.i18n import Text
from dihya_hookspecs.inspecting import Part

from .statics import Call, Defined, Module, Sources, text

NETWORK = {
    "aiohttp", "aiosmtplib", "ftplib", "http.client", "httpx", "httpx2", "imaplib", "paramiko", "poplib", "requests", "smtplib",
    "socket", "socketserver", "ssl", "urllib.request", "urllib3", "websockets", "xmlrpc.client",
}  # fmt: skip
PROCESSES = {
    "ctypes",
    "multiprocessing",
    "os.exec",
    "os.fork",
    "os.popen",
    "os.posix_spawn",
    "os.system",
    "pty",
    "subprocess",
}
BUILT = {"eval", "exec", "compile", "__import__", "marshal", "pickle", "importlib"}


def settings(sources: Sources, name: str) -> Iterator[Part]:
    """Yield the fields of ``Settings`` in ``settings.py``."""
    module = sources.module("settings")
    found = sources.bound("Settings", module) if module else None
    if module is None or not isinstance(found, Defined):
        return
    for node in found.node.body:
        if (
            not isinstance(node, ast.AnnAssign)
            or not isinstance(node.target, ast.Name)
            or node.target.id.startswith("_")
        ):
            continue
        if node.target.id == "model_config":
            continue
        facts, title = [("type", ast.unparse(node.annotation))], None
        value = sources.value(node.value, module) if node.value is not None else None
        if isinstance(value, Call):
            default = value.arguments[0] if value.arguments else value.named.get("default")
            title = text(value.named.get("description")) or (text(value.arguments[1]) if value.arguments[1:] else None)
            facts += [("people", "yes")] if value.what.endswith(".editable") else []
        else:
            default = value
        if isinstance(default, (str, int, float, bool)):
            facts.append(("default", repr(default)))
        yield Part("setting", f"{name}.{node.target.id}", title, tuple(facts), f"{module.path}:{node.lineno}")


def commands(group: Defined, before: str = "dihya") -> Iterator[Part]:
    """Yield a command, or those of a group, with what each says of itself."""
    module, names = group.module, _names(group.node)
    words = f"{before} {names or _spelled(group.node.name)}"
    below = [
        Defined(node.name, module, node)
        for node in module.tree.body
        if isinstance(node, ast.FunctionDef) and any(_is_below(mark, group.node.name) for mark in node.decorator_list)
    ]
    if not below:
        said = (ast.get_docstring(group.node) or "").partition("\n")[0]
        yield Part("command", words, Text(said, said) if said else None, (), group.place)
    for one in below:
        yield from commands(one, words)


def reach(sources: Sources) -> Iterator[Part]:
    """Yield the libraries that talk to the network, start processes or build code, once each, with the first place."""
    found: dict[str, Part] = {}
    for module in sources.modules.values():
        for node in ast.walk(module.tree):
            for what in _used(node, module):
                for word, kinds in (("network", NETWORK), ("processes", PROCESSES), ("code", BUILT)):
                    if hit := next((one for one in kinds if what == one or what.startswith(f"{one}.")), ""):
                        place = f"{module.path}:{getattr(node, 'lineno', 1)}"
                        found.setdefault(hit, Part("reach", hit, None, (("for", word),), place))
    yield from found.values()


def _used(node: ast.AST, module: Module) -> list[str]:
    """Return the full names that a node imports or calls, as far as they are written out."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom) and not node.level:
        return [f"{node.module}.{alias.name}" for alias in node.names]
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        return [node.func.id] if node.func.id in BUILT and node.func.id not in module.names else []
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        return [f"{module.imported.get(node.value.id, '')}.{node.attr}"]
    return []


def _is_below(mark: ast.expr, group: str) -> bool:
    function = mark.func if isinstance(mark, ast.Call) else mark
    return (
        isinstance(function, ast.Attribute)
        and function.attr in ("command", "group")
        and isinstance(function.value, ast.Name)
        and function.value.id == group
    )


def _names(node: ast.AST) -> str:
    """Return the name that a command is given in its decorator; empty where it has the function's."""
    for mark in getattr(node, "decorator_list", ()):
        if (
            isinstance(mark, ast.Call)
            and isinstance(mark.func, ast.Attribute)
            and mark.func.attr in ("command", "group")
        ):
            said = [*mark.args[:1], *(each.value for each in mark.keywords if each.arg == "name")]
            if said and isinstance(said[0], ast.Constant):
                return str(said[0].value)
    return ""


def _spelled(function: str) -> str:
    """Return the name that click gives to the command of a function."""
    return re.sub("_(command|cmd|group|grp)$", "", function.lower()).replace("_", "-")
