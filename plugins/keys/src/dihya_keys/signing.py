"""A key in memory: signs, verifies, and makes secrets for one purpose each."""

from __future__ import annotations

import base64
import hmac
import re
import secrets
from datetime import UTC, datetime
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from dihya_hookspecs.keys import PublicKey, Signer

_ED25519 = b"\x01"
_LINE = re.compile(r"PRIVATE\+KEY\+([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+={0,2})")
_MADE = re.compile(r"# made (\S+)")


class KnownPublicKey(PublicKey):
    """The public half of a key."""

    def __init__(self, public: bytes, made_at: datetime) -> None:
        self.public, self.made_at = public, made_at
        self.id = sha256(public).hexdigest()[:16]

    def verify(self, message: bytes, signature: bytes) -> bool:
        """Tell whether the holder of the private half has signed *message*."""
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, message)
        except InvalidSignature:
            return False
        return True


class LocalSigner(KnownPublicKey, Signer):
    """A private key in the memory of this process.

    Args:
        seed: the 32 bytes from which everything is made.
    """

    def __init__(self, seed: bytes, label: str, made_at: datetime) -> None:
        self._seed, self._private = seed, Ed25519PrivateKey.from_private_bytes(seed)
        super().__init__(self._private.public_key().public_bytes_raw(), made_at)
        self.label = label

    def __repr__(self) -> str:
        return f"<LocalSigner {self.label} {self.id}>"

    @classmethod
    def create(cls, label: str) -> LocalSigner:
        """Make a new key. Raises ValueError for a label that cannot be one."""
        if not re.fullmatch(r"[^\s+]+", label):
            raise ValueError(f"{label!r} cannot name a key: it is empty or has a space or a plus sign")
        return cls(secrets.token_bytes(32), label, datetime.now(UTC).replace(microsecond=0))

    @classmethod
    def read(cls, text: str) -> LocalSigner:
        """Return the key that ``text()`` wrote. Raises ValueError."""
        line, _, rest = text.partition("\n")
        found, made = _LINE.fullmatch(line.strip()), _MADE.search(rest)
        if not found or not made:
            raise ValueError("not a key: PRIVATE+KEY+label+hash+key is wanted, and when it was made")
        content = base64.b64decode(found[3], validate=True)
        if content[:1] != _ED25519:
            raise ValueError("not an Ed25519 key")
        signer = cls(content[1:], found[1], datetime.fromisoformat(made[1]))
        if signer._hash() != found[2]:
            raise ValueError("the key does not fit its hash")
        return signer

    def text(self) -> str:
        """Return the key as C2SP signed notes write it, and when it was made."""
        key = base64.b64encode(_ED25519 + self._seed).decode()
        return f"PRIVATE+KEY+{self.label}+{self._hash()}+{key}\n# made {self.made_at.isoformat()}\n"

    def sign(self, message: bytes) -> bytes:
        """Return the signature, 64 bytes."""
        return self._private.sign(message)

    def secret(self, purpose: str) -> bytes:
        """Return 32 bytes that only the holder of this key can make, always the same for one *purpose*."""
        return hmac.digest(self._seed, f"dihya secret\n{purpose}".encode(), "sha256")

    def _hash(self) -> str:
        return sha256(f"{self.label}\n".encode() + _ED25519 + self.public).hexdigest()[:8]
