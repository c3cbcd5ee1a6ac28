"""Short texts that leave the application and come back, such as the cursor of a list."""

from __future__ import annotations

import base64
import hashlib
from typing import Protocol

from . import DihyaError
from .acts import current, provided_by


@provided_by("dihya-securite")
class Seals(Protocol):
    """Seals short texts that leave the application and come back: nobody else reads, makes or changes them."""

    def seal(self, purpose: str, text: str) -> str:
        """Return the text sealed, of characters that an address may hold; the same text gives the same seal."""

    def unseal(self, purpose: str, sealed: str) -> str:
        """Return the text. Raises ValueError for what was not sealed here for this purpose."""


class Unsealed:
    """Stands in where no plugin keeps a secret: the text is readable, and a checksum finds slips, not forgers."""

    def seal(self, purpose: str, text: str) -> str:
        """Return the text and its checksum in Base64."""
        return base64.urlsafe_b64encode(_checksum(purpose, text) + text.encode()).decode().rstrip("=")

    def unseal(self, purpose: str, sealed: str) -> str:
        """Return the text. Raises ValueError when the checksum is another."""
        raw = base64.b64decode(sealed + "=" * (-len(sealed) % 4), altchars=b"-_", validate=True)
        text = raw[8:].decode()
        if raw[:8] != _checksum(purpose, text):
            raise ValueError("the checksum is another")
        return text


def _checksum(purpose: str, text: str) -> bytes:
    return hashlib.blake2b(text.encode(), digest_size=8, person=purpose.encode()[:16]).digest()


def seals() -> Seals:
    """Return the seals of the act that is running, or a stand-in where no plugin provides them."""
    try:
        return current().get(Seals)
    except (LookupError, DihyaError):
        return Unsealed()
