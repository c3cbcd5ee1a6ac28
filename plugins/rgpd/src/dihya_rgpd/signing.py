"""The key of this installation: it signs exports (C2SP signed notes) and makes the digests in receipts."""

from __future__ import annotations

import base64
import hmac
import re
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from dihya_hookspecs.keys import Keys

KEY, NAME = "rgpd", "dihya-rgpd"
_ED25519 = b"\x01"
_NOTE = re.compile(r"(.*\n)\n— (\S+) (\S+)\n", re.DOTALL)
_VERIFIER = re.compile(r"([^\s+]+)\+[0-9a-f]{8}\+(\S+)")


class Seal:
    """The key of this plugin, which signs; made at first use."""

    def __init__(self, keys: Keys) -> None:
        self._key = keys.create(KEY, label=NAME)
        self._digesting = self._key.secret("dihya-rgpd-receipt")

    @property
    def verifier(self) -> str:
        """The public half, as people exchange it: ``name+hash+key``."""
        return f"{NAME}+{_hash(self._key.public).hex()}+{base64.b64encode(_ED25519 + self._key.public).decode()}"

    def sign(self, text: str) -> str:
        """Return *text*, which ends with a newline, as a signed note."""
        signature = _hash(self._key.public) + self._key.sign(text.encode())
        return f"{text}\n— {NAME} {base64.b64encode(signature).decode()}\n"

    def digest(self, value: str) -> str:
        """Return a digest of *value* that nobody can guess or compare without this key."""
        return hmac.new(self._digesting, value.encode(), sha256).hexdigest()


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
