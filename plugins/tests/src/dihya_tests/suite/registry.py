"""Which checks there are: every module of ``columns`` is read, and says its checks by a decorator."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterable
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeVar

from dihya_hookspecs import Invalid
from dihya_hookspecs.i18n import Text

from .model import COLUMNS, Check, Outcome

VERSION = "1"
_F = TypeVar("_F", bound=Callable[[Any], Outcome])
_KNOWN: dict[str, Check] = {}


def check(
    name: str,
    sentence: Text,
    *,
    advice: Text,
    needs: Iterable[str] = (),
    seconds: float = 30,
    outside: bool = False,
    shared: bool = False,
) -> Callable[[_F], _F]:
    """Make a function a check of the suite; see ``Check`` for the arguments. Raises ValueError for a name that is none."""
    column, _, subject = name.partition(".")
    if column not in COLUMNS or not subject:
        raise ValueError(f"{name!r} names no check; write <column>.<subject> with one of {', '.join(COLUMNS)}")

    def register(function: _F) -> _F:
        if name in _KNOWN and _KNOWN[name].ask.__module__ != function.__module__:
            raise ValueError(f"check {name!r} is there already, in {_KNOWN[name].ask.__module__}")
        _KNOWN[name] = Check(name, sentence, function, advice, tuple(needs), seconds, outside, shared)
        return function

    return register


@cache
def checks() -> dict[str, Check]:
    """Return every check by name, column by column."""
    from . import columns

    for module in pkgutil.iter_modules(columns.__path__):
        importlib.import_module(f"{columns.__name__}.{module.name}")
    for one in _KNOWN.values():
        if missing := [need for need in one.needs if need not in _KNOWN]:
            raise ValueError(f"check {one.name!r} needs {', '.join(missing)}, which is no check")
    order = list(COLUMNS)
    return dict(sorted(_KNOWN.items(), key=lambda item: order.index(item[1].column)))


def chosen(column: str | None) -> dict[str, Check]:
    """Return the checks of one column and those that they need, or all. Raises Invalid for a column that is none."""
    known = checks()
    if column is None:
        return known
    if column not in COLUMNS:
        raise Invalid(f"{column!r} is no column; one of {', '.join(COLUMNS)}")
    return with_needs(name for name, one in known.items() if one.column == column)


def with_needs(names: Iterable[str]) -> dict[str, Check]:
    """Return these checks and those that they need, in the order of the suite."""
    known, found, waiting = checks(), set[str](), list(names)
    while waiting:
        name = waiting.pop()
        waiting += [need for need in known[name].needs if need not in found]
        found.add(name)
    return {name: one for name, one in known.items() if name in found}


@cache
def suite() -> str:
    """Return the version of the suite, which changes with every line of it: results of another one count for nothing.

    What only keeps results (``marks``) is no part of it.
    """
    root = Path(__file__).parent.parent
    digest = sha256()
    for path in sorted(path for path in root.rglob("*.py") if path.parent != root / "marks"):
        digest.update(path.relative_to(root).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return f"{VERSION}+{digest.hexdigest()[:16]}"
