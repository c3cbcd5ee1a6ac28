"""What statements say of a wheel, for whoever looks at one before it is installed."""

from __future__ import annotations

from collections.abc import Collection
from hashlib import sha256
from pathlib import Path
from typing import Any

from dihya_hookspecs.app import AppInfo
from dihya_hookspecs.inspecting import Marks

from . import session, statement


class StatementMarks:
    """Implements ``dihya_hookspecs.inspecting.Statements``."""

    def __init__(self, data: Path) -> None:
        self._kept = data / session.PLACE

    @classmethod
    def from_container(cls, svcs_container: Any) -> StatementMarks:
        """Build it inside an act."""
        return cls(svcs_container.get(AppInfo).data)

    def marks(self, wheel: bytes, text: str = "", keys: Collection[str] = ()) -> Marks | None:
        """Return what a statement says of exactly this wheel: the one that is given, or the one that was kept here."""
        if not text:
            try:
                text = (self._kept / sha256(wheel).hexdigest() / "statement.json").read_text("utf-8")
            except OSError:
                return None
        found = statement.verify(text, wheel, {*keys, *session.own_keys()})
        said = found.statement
        return Marks(f"{said.date:%Y-%m-%d}", found.key, found.known, tuple(said.columns.items()))
