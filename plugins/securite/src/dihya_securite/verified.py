"""Tokens whose signature was checked a moment ago."""

from __future__ import annotations

import threading
import time
from typing import Any

from .recent import fingerprint


class Verified:
    """Tokens whose signature was checked in the last minute; what may be revoked is checked elsewhere."""

    SECONDS, MOST = 60, 2048

    def __init__(self) -> None:
        self._claims: dict[bytes, tuple[float, dict[str, Any]]] = {}
        self._lock = threading.Lock()

    def get(self, token: str) -> dict[str, Any] | None:
        """The claims of *token*, if it was verified in the last minute and has not expired."""
        until, claims = self._claims.get(fingerprint(token), (0.0, {}))
        return claims if until > time.time() else None

    def put(self, token: str, claims: dict[str, Any]) -> None:
        """Remember the claims of a verified *token*."""
        with self._lock:
            if len(self._claims) >= self.MOST:
                self._claims.clear()
            self._claims[fingerprint(token)] = (min(time.time() + self.SECONDS, claims["exp"]), claims)
