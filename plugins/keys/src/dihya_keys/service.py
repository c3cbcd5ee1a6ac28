"""The keys of an installation: files in one folder, and what replaced them in the database, sealed."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

from dihya_hookspecs import DihyaError, NotFound
from dihya_hookspecs.acts import get
from dihya_hookspecs.app import AppInfo, Plugins
from dihya_hookspecs.data import Database
from dihya_hookspecs.keys import Keys, KeyUse, PublicKey, Signer

from . import agreement
from .files import Folder
from .ledger import Ledger
from .settings import Settings
from .signing import LocalSigner

RELOAD = 60.0
"""Seconds after which a process looks for keys that another one has made."""


class FileKeys(Keys):
    """Keys in a folder, one file each.

    Args:
        ledger: what the database knows; None where there is no database.
        uses: the keys that plugins have declared; asked when needed.
        clock: seconds, for what is remembered.
    """

    def __init__(
        self,
        folder: Path,
        ledger: Ledger | None = None,
        uses: Callable[[], Sequence[KeyUse]] = tuple,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.folder, self.ledger, self.uses, self._clock = Folder(folder), ledger, uses, clock
        self._read: dict[str, tuple[tuple[int, int], LocalSigner]] = {}
        self._later: dict[str, list[LocalSigner]] = {}
        self._looked: dict[str, float] = {}
        self._lock = threading.Lock()

    @classmethod
    def from_container(cls, svcs_container: Any) -> FileKeys:
        """Return the keys of an application, which last as long as it does: they remember what they have read."""
        plugins: Plugins = svcs_container.get(Plugins)
        folder = folder_of(svcs_container.get(Settings), svcs_container.get(AppInfo).data)
        return cls(folder, _ledger(), lambda: [use for _, use in plugins.collected("register_keys")])

    def names(self) -> Sequence[str]:
        """Return the names of the keys that are here."""
        return self.folder.names()

    def signer(self, name: str) -> LocalSigner:
        """Return the key that signs now. Raises NotFound when it is not here."""
        return self._generations(name)[-1]

    def public(self, name: str, *, fresh: bool = False) -> Sequence[PublicKey]:
        """Return the public halves of all keys of this name, the oldest first. Raises NotFound."""
        return self._generations(name, 1.0 if fresh else RELOAD)

    def create(self, name: str, *, label: str = "") -> Signer:
        """Make a key unless it is here; return the one that stands."""
        if not self.folder.file(name).exists():
            self._may_be_made(name)
            self.folder.write(name, LocalSigner.create(label or f"dihya-{name}"))
        return self.signer(name)

    def rotate(self, name: str, *, keep: timedelta) -> Signer:
        """Make a key that signs from now on, on every machine."""
        if self.ledger is None:
            raise DihyaError(
                "keys are replaced in the database, and there is none; enable dihya-db", code="keys-database"
            )
        new = self.ledger.rotate(name, self.first(name), keep)
        with self._lock:
            self._looked.pop(name, None)
        return new

    def beside(self, data: Path) -> FileKeys:
        """Return the keys in the folder ``keys`` of another data folder."""
        return FileKeys(data / "keys")

    def agree(self) -> str:
        """Make what is declared and missing, where that may be; return one sentence. Raises Disagreement."""
        return agreement.agree(self)

    def probe(self) -> str:
        """Say that these are the keys of the database. Raises Disagreement."""
        return agreement.probe(self)

    def first(self, name: str) -> LocalSigner:
        """Return the key in the file, which seals those that replaced it. Raises NotFound."""
        path = self.folder.file(name)
        try:
            found = path.stat()
            stamp, known = (found.st_mtime_ns, found.st_ino), self._read.get(name)
            if known is None or known[0] != stamp:
                known = self._read[name] = (stamp, self.folder.read(name))
        except (FileNotFoundError, NotADirectoryError):
            raise NotFound(f"there is no key {name!r} in {str(self.folder.path)!r}", code="no-key") from None
        return known[1]

    def _generations(self, name: str, longest: float = RELOAD) -> list[LocalSigner]:
        """Return the first key and those that replaced it, as they were at most so many seconds ago."""
        first = self.first(name)
        if self.ledger is None or not any(use.rotate for use in self.uses() if use.name == name):
            return [first]
        with self._lock:
            now = self._clock()
            if now - self._looked.get(name, now - RELOAD) >= longest:
                rows = self.ledger.known() if self.ledger.ready else []
                self._later[name], self._looked[name] = self.ledger.later(name, first, rows), now
            return [first, *self._later[name]]

    def _may_be_made(self, name: str) -> None:
        """Raise DihyaError when the database says that this key lies elsewhere."""
        if self.ledger is not None and self.ledger.ready and any(row.name == name for row in self.ledger.known()):
            raise agreement.elsewhere([name], self.folder.path)


def folder_of(settings: Settings, data: Path) -> Path:
    """Return the folder in which the keys lie."""
    return Path(settings.folder) if settings.folder else data / "keys"


def _ledger() -> Ledger | None:
    try:
        database = get(Database)
    except DihyaError:
        return None
    return Ledger(lambda: database.engine)
