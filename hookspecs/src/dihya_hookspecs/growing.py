"""Plugins that grow: another version from an edited structure, and what its migrations call."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from .acts import provided_by

if TYPE_CHECKING:
    from ._converting import Column as Column
    from ._reshaping import Move as Move
    from ._reshaping import Table as Table
    from ._reshaping import kept_file as kept_file
    from ._reshaping import reshape as reshape

_RESHAPING = {"Column", "Move", "Table", "kept_file", "reshape"}


def __getattr__(name: str) -> Any:
    # Migrations call these, and they stand on SQLAlchemy; whoever only asks for commands and permissions does not pay for it.
    if name in _RESHAPING:
        from . import _reshaping

        return getattr(_reshaping, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


@dataclass(frozen=True, slots=True)
class Conflict:
    """A file that its author changed where the new version changes it too.

    Attributes:
        text: the file with both, between ``<<<<<<<`` and ``>>>>>>>``; empty where the new version has no such file.
        line: the first line on which they differ; 0 for the whole file.
    """

    path: str
    text: str
    line: int = 0


@dataclass(frozen=True, slots=True)
class Grown:
    """The next version of a plugin.

    Attributes:
        version: its number.
        files: path → text, the author's changes in them; of a file with a conflict, the author's.
        differences: what changes for people and their records, one sentence each, in the reader's language.
        losses: which values do not find a place in the new tables, and where they are kept.
        conflicts: files to be settled by hand.
        merged: files into which the author's changes were brought.
    """

    version: str
    files: Mapping[str, str]
    differences: Sequence[str] = ()
    losses: Sequence[str] = ()
    conflicts: Sequence[Conflict] = ()
    merged: Sequence[str] = field(default_factory=tuple)


@provided_by("dihya-templates")
class Growing(Protocol):
    """Makes the next version of a generated plugin."""

    def grow(self, files: Mapping[str, str], structure: Mapping[str, Any], *, version: str = "") -> Grown:
        """Return the next version of a plugin for an edited structure of it.

        Args:
            files: the plugin as it is, path → text: what was generated, and whatever its author changed and added.
            version: the number of the plugin as it is, where *files* have no ``pyproject.toml``.
            structure: the document, edited; ``was`` says what a table, field or value is called in *files*.

        Raises:
            Invalid: for files that are no generated plugin, a structure that is unsound, and a change that records could not follow.
        """
