"""What an author says to the suite: ``[tool.dihya.check]`` in ``pyproject.toml``."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path, PurePosixPath
from typing import Any

from dihya_hookspecs import Invalid

SECONDS, MOST_SECONDS = 100, 900


@dataclass(frozen=True, slots=True)
class Declaration:
    """What holds for one plugin.

    Attributes:
        exempt: check → the author's reason why it does not count.
        seconds: the time that its own tests may take.
        folders: variable → what lies in the folder that it names, which the plugin's own tests read.
        apart: file of tests → the author's reason why it cannot run shut in, so that the author's own runs are all that runs it.
    """

    exempt: Mapping[str, str] = field(default_factory=dict)
    seconds: float = SECONDS
    folders: Mapping[str, str] = field(default_factory=dict)
    apart: Mapping[str, str] = field(default_factory=dict)


def declared(source: Path) -> Declaration:
    """Return what a folder's ``pyproject.toml`` says. Raises Invalid for a word that it does not know, and for a value that is none."""
    try:
        document = tomllib.loads((source / "pyproject.toml").read_text("utf-8-sig"))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise Invalid(f"pyproject.toml cannot be read: {error}") from error
    said: dict[str, Any] = document.get("tool", {}).get("dihya", {}).get("check", {})
    known = [one.name for one in fields(Declaration)]
    if strange := sorted(said.keys() - set(known)):
        raise Invalid(f"[tool.dihya.check] says {strange[0]!r}; it knows {', '.join(map(repr, known))}")
    return Declaration(_exemptions(said), _seconds(said), _folders(said), _apart(said, source))


def _seconds(said: Mapping[str, Any]) -> float:
    seconds = said.get("seconds", SECONDS)
    if isinstance(seconds, bool) or not isinstance(seconds, int | float) or not 1 <= seconds <= MOST_SECONDS:
        raise Invalid(f"[tool.dihya.check] gives its tests {seconds!r} seconds; say a number from 1 to {MOST_SECONDS}")
    return float(seconds)


def _exemptions(said: Mapping[str, Any]) -> dict[str, str]:
    from .registry import checks

    exempt = said.get("exempt", {})
    for name, reason in exempt.items():
        if name not in checks():
            raise Invalid(f"[tool.dihya.check] exempts {name!r}, which is no check; 'dihya check --list' names them")
        if not _words(reason):
            raise Invalid(f"[tool.dihya.check] exempts {name!r} and gives no reason; readers of the table want one")
    return dict(exempt)


def _folders(said: Mapping[str, Any]) -> dict[str, str]:
    folders = said.get("folders", {})
    if not isinstance(folders, dict):
        raise Invalid(f'[tool.dihya.check] says folders = {folders!r}; write {{ VARIABLE = "what lies there" }}')
    for name, content in folders.items():
        if not (name.isidentifier() and name.isupper()):
            raise Invalid(f"[tool.dihya.check] reads the folder of {name!r}, which is no name of a variable")
        if not _words(content):
            raise Invalid(f"[tool.dihya.check] reads the folder of {name!r} and does not say what lies there")
    return dict(folders)


def _apart(said: Mapping[str, Any], source: Path) -> dict[str, str]:
    apart = said.get("apart", {})
    if not isinstance(apart, dict):
        raise Invalid(
            f'[tool.dihya.check] says apart = {apart!r}; write {{ "tests/test_x.py" = "why it cannot run shut in" }}'
        )
    for path, reason in apart.items():
        parts = PurePosixPath(path).parts
        if parts[:1] != ("tests",) or ".." in parts or not path.endswith(".py") or not (source / path).is_file():
            raise Invalid(f"[tool.dihya.check] sets {path!r} apart, which is no file of its tests")
        if not _words(reason):
            raise Invalid(f"[tool.dihya.check] sets {path!r} apart and gives no reason; readers of the table want one")
    return dict(apart)


def _words(said: Any) -> bool:
    return isinstance(said, str) and bool(said.strip())
