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
        said = json.dumps({plugin: [astuple(trouble) for trouble in found] for plugin, found in seen.items()})
        if (
            self._path is None
            or (not seen and not self._path.exists())
            or (self._age() < ANEW and said == self._said())
        ):
            return
        with contextlib.suppress(OSError):  # then it is seen on the other machine alone
            replace(self._path, said)

    def seen(self) -> dict[str, list[Trouble]]:
        """Return by plugin what was said in the last minutes."""
        if self._age() > STANDS:
            return {}
        try:
            said = json.loads(self._said())
            return {plugin: [Trouble(*values) for values in found] for plugin, found in said.items()}
        except (ValueError, TypeError, AttributeError):
            return {}  # a damaged note; it is written again

    def _age(self) -> float:
        try:
            return abs(time() - self._path.stat().st_mtime) if self._path else float("inf")
        except OSError:
            return float("inf")

    def _said(self) -> str:
        try:
            return self._path.read_text("utf-8") if self._path else ""
        except OSError:
            return ""
