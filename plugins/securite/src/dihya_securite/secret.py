"""The installation's own secret: a key in a file, from which fingerprints and CSRF tokens are made."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from contextlib import suppress
from pathlib import Path


class Secret:
    """A random key in ``data/keys/securite.key``, made at first use, readable by its owner only."""

    def __init__(self, folder: Path) -> None:
        self._key = _read_or_make(folder / "securite.key")

    def mac(self, purpose: str, text: str) -> str:
        """Return HMAC-SHA-256 of *text*, in hex; what is made for one *purpose* is worth nothing for another."""
        return hmac.new(self._key, f"{purpose}\0{text}".encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()


def write_private(path: Path, content: bytes, *, replace: bool = True) -> None:
    """Write a file that only its owner may read, whole or not at all.

    Raises:
        FileExistsError: *path* is there already and *replace* is False.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        if replace:
            os.replace(draft, path)
        else:
            os.link(draft, path)
    finally:
        draft.unlink(missing_ok=True)


def _read_or_make(path: Path) -> bytes:
    if not path.exists():
        with suppress(FileExistsError):  # another process was faster: its key counts
            write_private(path, secrets.token_bytes(32), replace=False)
    content = path.read_bytes()
    if len(content) != 32:
        raise ValueError(f"{path} must hold 32 bytes, got {len(content)}; restore it from a backup, or remove it")
    return content
