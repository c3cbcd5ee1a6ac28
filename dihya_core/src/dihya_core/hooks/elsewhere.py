"""What other machines see of plugins that fail or are slow: said again and again by whoever shares it, forgotten when nobody does."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import astuple
from pathlib import Path
from time import time

from dihya_hookspecs.app import Trouble
from dihya_hookspecs.folders import replace

STANDS = 180.0
"""Seconds after which nobody believes it any more."""
ANEW = 60.0
"""Seconds after which it is written again although it has not changed."""


class Elsewhere:
    """A file in ``<data>/monitor`` that a server writes and that commands read too.

    Args:
        folder: that folder; None remembers nothing.
    """

    def __init__(self, folder: Path | None) -> None:
        self._path = folder / "elsewhere" if folder else None

    def keep(self, seen: Mapping[str, Sequence[Trouble]]) -> None:
        """Write what other machines see, where it has changed or will soon be forgotten."""
        before, age = self._noted()
        fresh = age < ANEW and before == told(seen)
        if self._path is not None and (seen or self._path.exists()) and not fresh:
            with contextlib.suppress(OSError):  # then it is seen on the other machine alone
                replace(self._path, told(seen))

    def seen(self) -> dict[str, list[Trouble]]:
        """Return by plugin what was said in the last minutes."""
        said, age = self._noted()
        return heard(said) if age <= STANDS else {}

    def _noted(self) -> tuple[str, float]:
        """Return what was written last, and how many seconds ago."""
        with contextlib.suppress(OSError, UnicodeDecodeError):
            if self._path is not None:
                return self._path.read_text("utf-8"), abs(time() - self._path.stat().st_mtime)
        return "", float("inf")


def told(seen: Mapping[str, Sequence[Trouble]]) -> str:
    """Return what is seen as a note for others."""
    return json.dumps({plugin: [astuple(trouble) for trouble in found] for plugin, found in seen.items()})


def heard(note: str) -> dict[str, list[Trouble]]:
    """Return what a note says; nothing for one that is damaged, which is soon written again."""
    try:
        return {plugin: [Trouble(*values) for values in found] for plugin, found in json.loads(note).items()}
    except (ValueError, TypeError, AttributeError):
        return {}
