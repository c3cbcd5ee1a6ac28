"""What every plugin has is found because it exists: ``permissions.py`` with ``PERMISSIONS`` needs no hook that returns it."""

from __future__ import annotations

import importlib
import os
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

_IMPORT = re.compile(r"^from[^\n]*? import (?:\(([^)]*)\)|([^\n(]*))", re.MULTILINE)
_RESOURCE = re.compile(r"^\s+__resource__[ \t]*[:=]", re.MULTILINE)
_VALUE = re.compile(r"^([A-Za-z_]\w*)[ \t]*(?::[^=\n]*)?=(?!=)", re.MULTILINE)


class Place(NamedTuple):
    """Where answers to a hook are found: *name* in *file*, both without their endings.

    ``resources_in()`` is no name but a function of ``dihya_hookspecs.fields``: it reads the classes that are resources.
    """

    file: str
    name: str

    @property
    def derived(self) -> bool:
        """Whether a function works the answers out from the classes of the file."""
        return self.name.endswith("()")

    def __str__(self) -> str:
        return f"{'__resource__' if self.derived else self.name} in {self.file}.py"


def places(found: Sequence[str]) -> tuple[Place, ...]:
    """Return the places that a hook's policy names as ``"file:NAME"``."""
    return tuple(Place(*said.split(":")) for said in found)


def filled(plugin: object, found: Sequence[str], files: Mapping[str, Path] | None = None) -> list[Place]:
    """Return those of a hook's places that a plugin fills. Files are read as text, and nothing of them is executed.

    A plugin that is a single module, or was given in memory, has the names in itself.

    Args:
        files: the modules of the package, where the caller has looked already.
    """
    folder = package_folder(plugin)
    if folder is None:
        return [place for place in places(found) if _in_module(plugin, place)]
    there = files_of(folder) if files is None else files
    return [place for place in places(found) if place.file in there and _in_file(there[place.file], place)]


def reader(plugin: object, filled: Sequence[Place]) -> Callable[[], list[Any]]:
    """Return a function that imports the files and returns what stands in the places, in one list."""

    def read() -> list[Any]:
        answers: list[Any] = []
        for place in filled:
            value = _value(_holder(plugin, place), place)
            several = isinstance(value, (list, tuple)) and not hasattr(value, "_fields")
            answers += value if several else [value]
        return answers

    read.dihya_where = " and ".join(map(str, filled))  # type: ignore[attr-defined]
    return read


def misspelt(plugin: object, hooks: Mapping[str, Sequence[str]], implemented: Sequence[str]) -> Iterator[str]:
    """Yield a sentence for each file or name that nobody reads and that is nearly one that would be read.

    Args:
        hooks: hook → its places.
        implemented: hooks that the plugin answers by a function or a file: what is near them is its own affair.
    """
    folder = package_folder(plugin)
    files = files_of(folder) if folder else {}
    own = {place.file for found in hooks.values() for place in places(found)}
    named = (place for hook, found in hooks.items() if hook not in implemented for place in places(found))
    for place in (place for place in named if not place.derived):
        if folder is None:
            near = _near(place.name, [name for name in dir(plugin) if name.isupper()])
            said = f"{near} is read by nobody; write {place.name}"
        elif place.file in files:
            near = _near(place.name, [name for name in bound(files[place.file]) if name.isupper()])
            said = f"{near} in {place.file}.py is read by nobody; write {place.name}"
        else:
            near = _near(place.file, files.keys() - own)
            near = near if near and _near(place.name, bound(files[near]), also=True) else ""
            said = f"{near}.py is read by nobody; call the file {place.file}.py, with {place.name} in it"
        if near:
            yield said


def hookspecs_of(plugin: object) -> object:
    """Return where a plugin publishes hooks: its ``hookspecs.py``, or itself when it is one module or in memory."""
    folder = package_folder(plugin)
    if folder is None:
        return plugin
    if not (folder / "hookspecs.py").is_file():
        return None
    return importlib.import_module(f"{plugin.__name__}.hookspecs")  # type: ignore[attr-defined]


def package_folder(plugin: object) -> Path | None:
    """Return the folder of a package, or None for a single module and for what was given in memory."""
    paths = getattr(plugin, "__path__", None)
    return Path(next(iter(paths))) if paths else None


def files_of(folder: Path) -> dict[str, Path]:
    """Return the modules of a package by name."""
    try:
        names = sorted(name for name in os.listdir(folder) if name.endswith(".py"))
    except OSError:
        return {}
    return {name[:-3]: folder / name for name in names}


def bound(path: Path) -> frozenset[str]:
    """Return the names that a file binds at its top level, by assignment or import."""
    try:
        return _bound(path, path.stat().st_mtime_ns)
    except OSError:
        return frozenset()


@cache
def _bound(path: Path, stamp: int) -> frozenset[str]:
    text = path.read_text("utf-8", "replace")
    names = set(_VALUE.findall(text))
    for several, line in _IMPORT.findall(text):
        names |= {part.split()[-1] for part in (several or line).split(",") if part.strip()}
    return frozenset(names)


def _in_module(plugin: object, place: Place) -> bool:
    if not place.derived:
        return hasattr(plugin, place.name)
    return any(issubclass(type(value), type) and "__resource__" in vars(value) for value in vars(plugin).values())


def _in_file(path: Path, place: Place) -> bool:
    if not place.derived:
        return place.name in bound(path)
    try:
        return bool(_RESOURCE.search(path.read_text("utf-8", "replace")))
    except OSError:
        return False


def _value(holder: object, place: Place) -> Any:
    if not place.derived:
        return getattr(holder, place.name)
    from dihya_hookspecs import fields

    return getattr(fields, place.name[:-2])(holder)


def _holder(plugin: object, place: Place) -> object:
    if package_folder(plugin) is None:
        return plugin
    return importlib.import_module(f"{plugin.__name__}.{place.file}")  # type: ignore[attr-defined]


def _near(name: str, others: Sequence[str] | Any, *, also: bool = False) -> str:
    """Return what is nearly *name*; *also* the name itself. Nobody mistypes the first letter."""
    return _nearest(name, tuple(sorted(other for other in others if other[:1] == name[:1] and (also or other != name))))


@cache
def _nearest(name: str, known: tuple[str, ...]) -> str:
    return next(iter(get_close_matches(name, known, 1, 0.8)), "")
