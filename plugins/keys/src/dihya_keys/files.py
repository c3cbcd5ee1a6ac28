"""The folder of the keys: one file each, readable by its owner only, written whole or not at all."""

from __future__ import annotations

import os
import re
import secrets
from contextlib import suppress
from pathlib import Path

from dihya_hookspecs import DihyaError

from .signing import LocalSigner

_NAME = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)?")
INSTALLATION = "installation"


class Folder:
    """The key files in *path*; asking makes nothing."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._files: dict[str, Path] = {}

    def names(self) -> list[str]:
        """Return the names of the keys that are here."""
        return sorted(file.stem for file in self.path.glob("*.key") if _NAME.fullmatch(file.stem))

    def file(self, name: str) -> Path:
        """Return where a key lies. Raises ValueError for what cannot name one."""
        found = self._files.get(name)
        if found is None:  # asked in every act
            if not _NAME.fullmatch(name):
                raise ValueError(f"{name!r} cannot name a key; write <plugin> or <plugin>.<word>")
            found = self._files[name] = self.path / f"{name}.key"
        return found

    def read(self, name: str) -> LocalSigner:
        """Return a key. Raises FileNotFoundError, and DihyaError for a damaged file."""
        path = self.file(name)
        try:
            return LocalSigner.read(path.read_text("ascii"))
        except ValueError as error:
            raise DihyaError(
                f"the key {path} is damaged; restore it from a backup, or with 'dihya keys import'", code="key-damaged"
            ) from error

    def write(self, name: str, signer: LocalSigner) -> None:
        """Keep a key, unless there is one already: of two processes that start together, the first one's stands."""
        self._write(self.file(name), signer.text())

    @property
    def installation(self) -> str:
        """The name of the installation to which these keys belong; empty where no database knows them yet."""
        with suppress(FileNotFoundError, NotADirectoryError):
            return (self.path / INSTALLATION).read_text("ascii").strip()
        return ""

    def belong(self, installation: str) -> None:
        """Write down to which installation these keys belong."""
        self._write(self.path / INSTALLATION, f"{installation}\n")

    def _write(self, path: Path, text: str) -> None:
        try:
            private(self.path)
            draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
            handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except OSError as error:
            raise DihyaError(
                f"the folder of the keys {str(self.path)!r} cannot be written: {error.strerror}; give its owner the right "
                "to, or set [keys] folder to another one",
                code="keys-folder",
            ) from error
        try:
            with os.fdopen(handle, "w") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            with suppress(FileExistsError):  # a link fails where a rename would replace
                os.link(draft, path)
        finally:
            draft.unlink()


def private(folder: Path) -> None:
    """Make *folder*, or close it to everybody but its owner."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    found = folder.stat()
    if found.st_mode & 0o077 and found.st_uid == os.geteuid():
        folder.chmod(0o700)
