"""A keyed fingerprint that recognises an idea without telling it."""

from __future__ import annotations

import hashlib
import hmac
import unicodedata

from dihya_hookspecs.keys import Keys, Signer

NAME = "generation_logs"


class Marks:
    """What the key of this plugin makes; the key is made at first use."""

    def __init__(self, keys: Keys) -> None:
        self._keys = keys

    def mark(self, text: str) -> str:
        """Return the HMAC-SHA-256 of a text; a plain digest of a short text could be guessed."""
        plain = " ".join(unicodedata.normalize("NFC", text).split()).encode()
        return hmac.new(self.signer().secret("dihya-generation-marks"), plain, hashlib.sha256).hexdigest()

    def signer(self) -> Signer:
        """Return the key that signs exports."""
        return self._keys.create(NAME)
