"""Keys: a keyed fingerprint that recognises an idea without telling it, and a signature for what is exported."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
import unicodedata
from collections.abc import Callable
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from dihya_hookspecs import DihyaError


class Keys:
    """The two keys of this plugin, made at first use, in *folder* (mode 0600)."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def mark(self, text: str) -> str:
        """Return the HMAC-SHA-256 of a text; a plain digest of a short text could be guessed."""
        plain = " ".join(unicodedata.normalize("NFC", text).split()).encode()
        key = self._kept("generation_logs.key", lambda: secrets.token_bytes(32))
        return hmac.new(key, plain, hashlib.sha256).hexdigest()

    def signer(self) -> Ed25519PrivateKey:
        """Return the key that signs exports."""
        pem = self._kept("generation_logs_ed25519.pem", _new_signer)
        key = load_pem_private_key(pem, None)
        if not isinstance(key, Ed25519PrivateKey):
            raise DihyaError("generation_logs_ed25519.pem is no Ed25519 key; move it away and a new one is made")
        return key

    def _kept(self, name: str, make: Callable[[], bytes]) -> bytes:
        path = self._folder / name
        if not path.exists():
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            fresh = self._folder / f".{name}.{os.getpid()}.{secrets.token_hex(4)}"
            handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "wb") as file:
                file.write(make())
            try:
                os.link(fresh, path)  # fails when another process was first; its key is then ours too
            except FileExistsError:
                pass
            finally:
                fresh.unlink()
        return path.read_bytes()


def _new_signer() -> bytes:
    return Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
