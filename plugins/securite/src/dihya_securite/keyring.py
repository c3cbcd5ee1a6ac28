"""The keys that sign tokens: one file each, replaced in time, accepted until what they signed is over."""

from __future__ import annotations

import json
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .secret import write_private

if TYPE_CHECKING:  # with all that it imports it would be a tenth of a start
    from joserfc.jwk import OKPKey

_DAY = 86400
_RELOAD = 60.0


class KeyRing:
    """Ed25519 keys in ``data/keys/tokens/<made at>-<kid>.json``; the newest signs, the others verify.

    Args:
        folder: where the files lie; read again at most once a minute, and when a token names an unknown key.
        days: after which a new key is made.
        longest: seconds that the longest-lived token is valid; a replaced key is kept that long.
    """

    def __init__(self, folder: Path, days: int, longest: int) -> None:
        self._folder, self._days, self._longest = folder, days, longest
        self._keys: list[tuple[int, OKPKey]] = []
        self._read_at = 0.0
        self._lock = threading.Lock()

    def signing(self) -> OKPKey:
        """The key to sign with; made when there is none, or when the newest has become too old."""
        with self._lock:
            self._read()
            if not self._keys or time.time() - self._keys[-1][0] > self._days * _DAY:
                self._make()
            return self._keys[-1][1]

    def verifying(self, kid: str) -> OKPKey | None:
        """The key with this id, or None."""
        with self._lock:
            self._read()
            found = self._find(kid)
            if found is None and abs(time.time() - self._read_at) > 1:  # another process may have made it just now
                self._read(at_once=True)
                found = self._find(kid)
            return found

    def rotate(self) -> str:
        """Make a new key now, and return its id."""
        with self._lock:
            self._read(at_once=True)
            return self._make().kid or ""

    def public(self) -> dict[str, Any]:
        """The public halves as a JWK Set (RFC 7517)."""
        from joserfc.jwk import KeySet

        self.signing()
        with self._lock:
            return dict(KeySet([key for _, key in self._keys]).as_dict(private=False))

    def _find(self, kid: str) -> OKPKey | None:
        return next((key for _, key in self._keys if key.kid == kid), None)

    def _make(self) -> OKPKey:
        from joserfc.jwk import OKPKey

        key = OKPKey.generate_key("Ed25519", {"use": "sig", "alg": "Ed25519"}, auto_kid=True)
        # Two keys made within one second must not change places: the later one signs.
        made = max(int(time.time()), self._keys[-1][0] + 1 if self._keys else 0)
        write_private(self._folder / f"{made}-{key.kid}.json", json.dumps(key.as_dict(private=True)).encode())
        self._read(at_once=True)
        return key

    def _read(self, at_once: bool = False) -> None:
        if self._keys and not at_once and abs(time.time() - self._read_at) < _RELOAD:
            return
        from joserfc.jwk import OKPKey

        files = sorted((int(path.stem.split("-", 1)[0]), path) for path in self._folder.glob("[0-9]*-*.json"))
        kept = []
        for number, (made, path) in enumerate(files):
            replaced = files[number + 1][0] if number + 1 < len(files) else None
            if replaced is not None and time.time() - replaced > self._longest:
                path.unlink(missing_ok=True)
                continue
            kept.append((made, OKPKey.import_key(json.loads(path.read_text()))))
        self._keys, self._read_at = kept, time.time()
