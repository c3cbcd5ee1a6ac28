"""Seals texts that leave the application and come back: AES-SIV (RFC 5297) with keys made from the installation's secret."""

from __future__ import annotations

import base64

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV
from dihya_hookspecs.sealing import Seals

from .secret import Secret


class SecretSeals(Seals):
    """Seals with one key for each purpose; the same text gives the same seal, so that an address stays the same."""

    def __init__(self, secret: Secret) -> None:
        self._secret = secret

    def seal(self, purpose: str, text: str) -> str:
        """Return the text sealed."""
        return base64.urlsafe_b64encode(self._cipher(purpose).encrypt(text.encode(), None)).decode().rstrip("=")

    def unseal(self, purpose: str, sealed: str) -> str:
        """Return the text. Raises ValueError for what was not sealed here for this purpose."""
        raw = base64.b64decode(sealed + "=" * (-len(sealed) % 4), altchars=b"-_", validate=True)
        try:
            return self._cipher(purpose).decrypt(raw, None).decode()
        except InvalidTag as error:
            raise ValueError("it was not sealed here") from error

    def _cipher(self, purpose: str) -> AESSIV:
        return AESSIV(bytes.fromhex(self._secret.mac("seal", purpose)))
