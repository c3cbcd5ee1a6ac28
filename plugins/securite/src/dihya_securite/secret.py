"""The installation's own secret, from which fingerprints and CSRF tokens are made."""

from __future__ import annotations

import hashlib
import hmac

from dihya_hookspecs.keys import Keys

NAME = "securite"


class Secret:
    """What only this installation can make; the key behind it is made at first use."""

    def __init__(self, keys: Keys) -> None:
        self._keys = keys
        self._made = b""

    def mac(self, purpose: str, text: str) -> str:
        """Return HMAC-SHA-256 of *text*, in hex; what is made for one *purpose* is worth nothing for another."""
        # Asked for once: a key that lies elsewhere answers slowly.
        self._made = self._made or self._keys.create(NAME).secret("dihya-securite")
        return hmac.new(self._made, f"{purpose}\0{text}".encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()
