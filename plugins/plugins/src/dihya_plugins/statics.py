"""What Python files say, without running them: names are followed, constants are read, everything else is unknown."""

from __future__ import annotations

import ast
import inspect
import pkgutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from dihya_hookspecs.i18n import Text

DEPTH = 40
LONGEST = 1 << 20
"""Characters of one file; a longer one is no source that somebody wrote, and would be parsed for seconds."""
CONTRACT = "dihya_hookspecs"


@dataclass(frozen=True, slots=True)
class Unknown:
    """What shows only when it runs, and where it stands."""

    place: str


@dataclass(frozen=True, slots=True)
class Call:
    """A call of something that was imported or is defined here: ``Permission("club:read", …)``.

    Attributes:
        what: its full name, such as ``dihya_hookspecs.access.Permission``.
    """

    what: str
    arguments: tuple[Any, ...]
    named: Mapping[str, Any]
    place: str

    def bound(self) -> Mapping[str, Any]:
        """Return the values by the names of the parameters; of what is not the contract's, those that are named."""
        if not self.what.startswith(f"{CONTRACT}."):
            return self.named
        try:
            function = pkgutil.resolve_name(":".join(self.what.rsplit(".", 1)))
            return inspect.signature(function).bind_partial(*self.arguments, **self.named).arguments
        except (AttributeError, ImportError, TypeError, ValueError):
            return self.named


@dataclass(frozen=True, slots=True)
class Defined:
    """A class or function of the plugin."""

    name: str
    module: Module
    node: ast.ClassDef | ast.FunctionDef

    @property
    def place(self) -> str:
        """File and line."""
        return f"{self.module.path}:{self.node.lineno}"


@dataclass(slots=True)
class Module:
    """One file.

    Attributes:
        names: what it binds at its top level; more than one statement for what is bound more than once, or on a condition.
        imported: local name → full name.
    """

    path: str
    dotted: str
    tree: ast.Module
    names: dict[str, list[ast.AST]] = field(default_factory=dict)
    imported: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.imported = imports(self.tree.body, self.dotted, is_package=self.path.endswith("__init__.py"))
        for statement in self.tree.body:
            for name, node in _bindings(statement):
                self.names.setdefault(name, []).append(node)

    def unknown(self, node: ast.AST) -> Unknown:
        """Return that something in this file shows only when it runs."""
        return Unknown(f"{self.path}:{getattr(node, 'lineno', 1)}")


class Sources:
    """The files of one package.

    Args:
        files: path inside of the package → text; Python alone.
    """

    def __init__(self, package: str, files: Mapping[str, str]) -> None:
        self.package, self.modules = package, dict[str, Module]()
        self.unreadable: list[str] = []
        for path, text in sorted(files.items()):
            dotted = ".".join([package, *path.removesuffix(".py").removesuffix("__init__").strip("/").split("/")])
            try:
                if len(text) > LONGEST:
                    raise ValueError("too long")
                self.modules[dotted.rstrip(".")] = Module(path, dotted.rstrip("."), ast.parse(text, path))
            except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
                self.unreadable.append(f"{path}:{getattr(error, 'lineno', None) or 1}")

    def module(self, name: str) -> Module | None:
        """Return a file by the name that it has inside of the package; empty for the face."""
        return self.modules.get(f"{self.package}.{name}".rstrip("."))

    def value(self, node: ast.AST, module: Module, depth: int = 0) -> Any:
        """Return what an expression is: a constant, a tuple or dict of values, a Text, a Call, Defined, or Unknown."""
        if depth > DEPTH:
            return module.unknown(node)
        match node:
            case ast.Constant():
                return node.value
            case ast.Tuple() | ast.List() | ast.Set():
                return tuple(self._items(node.elts, module, depth))
            case ast.Dict():
                return self._dict(node, module, depth)
            case ast.Name() | ast.Attribute():
                return self._named(node, module, depth)
            case ast.JoinedStr():
                return self._joined(node, module, depth)
            case ast.FormattedValue(conversion=-1, format_spec=None):
                return self.value(node.value, module, depth + 1)
            case ast.BinOp(op=ast.Add()):
                left, right = self.value(node.left, module, depth + 1), self.value(node.right, module, depth + 1)
                same = type(left) is type(right) and isinstance(left, (str, tuple))
                return left + right if same else module.unknown(node)
            case ast.Call():
                return self._call(node, module, depth)
        return module.unknown(node)

    def bound(self, name: str, module: Module, depth: int = 0) -> Any:
        """Return what a name stands for at the top of a file."""
        nodes = module.names.get(name, [])
        if len(nodes) == 1:
            (node,) = nodes
            if isinstance(node, (ast.ClassDef, ast.FunctionDef)):
                return Defined(name, module, node)
            return self.value(node, module, depth + 1)
        if nodes:
            return module.unknown(nodes[-1])
        return self._foreign(module.imported.get(name, ""), module, depth)

    def full_name(self, node: ast.AST, module: Module) -> str:
        """Return the full name of what an expression names: ``dihya_hookspecs.data.personal``; empty for what has none."""
        if isinstance(node, ast.Name):
            return module.imported.get(node.id) or (f"{module.dotted}.{node.id}" if node.id in module.names else "")
        if isinstance(node, ast.Attribute) and (before := self.full_name(node.value, module)):
            return f"{before}.{node.attr}"
        return ""

    def _foreign(self, dotted: str, module: Module, depth: int) -> Any:
        """Return what an imported name stands for, as far as it is the plugin's own."""
        owner, _, name = dotted.rpartition(".")
        if owner in self.modules and depth < DEPTH:
            return self.bound(name, self.modules[owner], depth + 1)
        return Unknown(f"{module.path}:1")

    def _named(self, node: ast.Name | ast.Attribute, module: Module, depth: int) -> Any:
        if isinstance(node, ast.Name):
            found = self.bound(node.id, module, depth)
        else:
            found = self._foreign(self.full_name(node, module), module, depth)
        return module.unknown(node) if isinstance(found, Unknown) else found

    def _items(self, nodes: list[ast.expr], module: Module, depth: int) -> Iterator[Any]:
        for node in nodes:
            if not isinstance(node, ast.Starred):
                yield self.value(node, module, depth + 1)
                continue
            several = self.value(node.value, module, depth + 1)
            yield from several if isinstance(several, tuple) else (module.unknown(node),)

    def _dict(self, node: ast.Dict, module: Module, depth: int) -> Any:
        keys = [self.value(key, module, depth + 1) if key else None for key in node.keys]
        if any(not isinstance(key, str) for key in keys):
            return module.unknown(node)
        return dict(zip(keys, (self.value(value, module, depth + 1) for value in node.values), strict=True))

    def _joined(self, node: ast.JoinedStr, module: Module, depth: int) -> Any:
        parts = [self.value(part, module, depth + 1) for part in node.values]
        return "".join(parts) if all(isinstance(part, str) for part in parts) else module.unknown(node)

    def _call(self, node: ast.Call, module: Module, depth: int) -> Any:
        what = self.full_name(node.func, module)
        if not what or any(keyword.arg is None for keyword in node.keywords):
            return module.unknown(node)
        named = {str(each.arg): self.value(each.value, module, depth + 1) for each in node.keywords}
        call = Call(what, tuple(self._items(node.args, module, depth)), named, f"{module.path}:{node.lineno}")
        return text(call) or call


def text(value: Any) -> Text | None:
    """Return what people read, where a value says it in both languages, or in English alone."""
    if isinstance(value, Text):
        return value
    if isinstance(value, Call) and value.what == f"{CONTRACT}.i18n.Text":
        value = value.arguments or tuple(value.named.get(language) for language in ("en", "fr"))
    if isinstance(value, tuple) and len(value) == 2 and all(isinstance(part, str) for part in value):
        return Text(*value)
    return Text(value, value) if isinstance(value, str) else None


def imports(body: list[ast.stmt], dotted: str, *, is_package: bool) -> dict[str, str]:
    """Return local name → full name for what these statements import, at this level alone."""
    found = {}
    for node in body:
        if isinstance(node, ast.Import):
            for alias in node.names:
                found[alias.asname or alias.name.partition(".")[0]] = (
                    alias.name if alias.asname else alias.name.partition(".")[0]
                )
        elif isinstance(node, ast.ImportFrom):
            base = dotted.split(".")
            base = base[: len(base) - node.level + is_package] if node.level else []
            before = ".".join([*base, *([node.module] if node.module else [])])
            found |= {alias.asname or alias.name: f"{before}.{alias.name}" for alias in node.names}
    return found


def _bindings(statement: ast.stmt) -> Iterator[tuple[str, ast.AST]]:
    """Yield what one statement of a file binds; what stands below a condition or a loop is bound twice, so that it is unknown."""
    match statement:
        case ast.ClassDef() | ast.FunctionDef():
            yield statement.name, statement
        case ast.Assign(targets=[ast.Name(id=name)]):
            yield name, statement.value
        case ast.Assign(targets=[ast.Tuple(elts=names)], value=ast.Tuple(elts=values)) if _pairs(names, values):
            yield from (
                (name.id, value) for name, value in zip(names, values, strict=True) if isinstance(name, ast.Name)
            )
        case ast.AnnAssign(target=ast.Name(id=name)) if statement.value is not None:
            yield name, statement.value
        case ast.Import() | ast.ImportFrom() | ast.AnnAssign():
            return
        case _:
            for node in ast.walk(statement):
                if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                    yield from ((node.id, statement), (node.id, statement))
                elif isinstance(node, (ast.ClassDef, ast.FunctionDef)):
                    yield from ((node.name, statement), (node.name, statement))


def _pairs(names: list[ast.expr], values: list[ast.expr]) -> bool:
    """Tell whether each name on the left has one value on the right."""
    starred = any(isinstance(value, ast.Starred) for value in values)
    return len(names) == len(values) and not starred and all(isinstance(name, ast.Name) for name in names)
