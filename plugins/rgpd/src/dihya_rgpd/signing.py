"""The key of this installation: it signs exports (C2SP signed notes) and makes the digests in receipts."""

from __future__ import annotations

import base64
import hmac
import os
import re
import secrets
from hashlib import sha256
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from dihya_hookspecs import DihyaError

NAME = "dihya-rgpd"
_ED25519 = b"\x01"
_NOTE = re.compile(r"(.*\n)\n— (\S+) (\S+)\n", re.DOTALL)
_VERIFIER = re.compile(r"([^\s+]+)\+[0-9a-f]{8}\+(\S+)")


class Seal:
    """An Ed25519 key in a file of the data folder, made at first use."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "rgpd.key"
        if not self._path.exists():
            _create(self._path)
        try:
            self._seed = base64.b64decode(self._path.read_bytes().strip(), validate=True)
            self._private = Ed25519PrivateKey.from_private_bytes(self._seed)
        except ValueError as error:
            raise DihyaError(f"the key {self._path} is damaged; restore it from a backup", code="rgpd-key") from error
        self._public = self._private.public_key().public_bytes_raw()

    @property
    def verifier(self) -> str:
        """The public half, as people exchange it: ``name+hash+key``."""
        return f"{NAME}+{_hash(self._public).hex()}+{base64.b64encode(_ED25519 + self._public).decode()}"

    def sign(self, text: str) -> str:
        """Return *text*, which ends with a newline, as a signed note."""
        signature = _hash(self._public) + self._private.sign(text.encode())
        return f"{text}\n— {NAME} {base64.b64encode(signature).decode()}\n"

    def digest(self, value: str) -> str:
        """Return a digest of *value* that nobody can guess or compare without this key."""
        key = sha256(b"dihya-rgpd-receipt\n" + self._seed).digest()
        return hmac.new(key, value.encode(), sha256).hexdigest()


def opened(note: str, verifier: str) -> str:
    """Return the text of a signed note. Raises ValueError when *verifier* has not signed it."""
    found = _NOTE.fullmatch(note)
    key = _VERIFIER.fullmatch(verifier.strip())
    if not found or not key:
        raise ValueError("not a signed note, or not a verifier key")
    public = base64.b64decode(key[2], validate=True)[1:]
    signature = base64.b64decode(found[3], validate=True)
    if found[2] != key[1] or signature[:4] != _hash(public):
        raise ValueError("signed by another key")
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature[4:], found[1].encode())
    except InvalidSignature:
        raise ValueError("the signature does not hold") from None
    return found[1]


def _hash(public: bytes) -> bytes:
    return sha256(f"{NAME}\n".encode() + _ED25519 + public).digest()[:4]


def _create(path: Path) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(base64.b64encode(secrets.token_bytes(32)) + b"\n")
            file.flush()
            os.fsync(file.fileno())
        os.link(draft, path)  # Fails where a rename would replace: the first of two processes wins.
    except FileExistsError:
        pass
    finally:
        draft.unlink()
