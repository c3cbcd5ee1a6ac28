"""The keys that sign tokens: the newest signs, those that it replaced are accepted until what they signed is over."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from dihya_hookspecs.keys import Keys, PublicKey, Signer

from .turning import TOKENS

if TYPE_CHECKING:  # with all that it imports it would be a tenth of a start
    from joserfc.jwk import OKPKey


class KeyRing:
    """The keys of the tokens.

    Args:
        keys: keeps them, and those of other machines.
        longest: seconds that the longest-lived token is valid; a replaced key is accepted that long.
    """

    def __init__(self, keys: Keys, longest: int) -> None:
        self._keys, self._longest = keys, timedelta(seconds=longest)
        self._read: dict[str, OKPKey] = {}

    def signing(self) -> Signer:
        """The key to sign with; made when there is none."""
        return self._keys.create(TOKENS)

    def verifying(self, kid: str) -> OKPKey | None:
        """The key with this id, or None."""
        for fresh in (False, True):  # another machine may have made it just now
            if found := next((key for key in self._accepted(fresh) if key.id == kid), None):
                return self._jwk(found)
        return None

    def public(self) -> dict[str, Any]:
        """The public halves as a JWK Set (RFC 7517)."""
        from joserfc.jwk import KeySet

        self.signing()
        return dict(KeySet([self._jwk(key) for key in self._accepted()]).as_dict(private=False))

    def _accepted(self, fresh: bool = False) -> list[PublicKey]:
        """Return the keys whose tokens may still be valid."""
        self.signing()
        keys = list(self._keys.public(TOKENS, fresh=fresh))
        since = datetime.now(UTC) - self._longest
        replaced = [later.made_at for later in keys[1:]]
        return [key for key, end in zip(keys, [*replaced, None], strict=True) if end is None or end >= since]

    def _jwk(self, key: PublicKey) -> OKPKey:
        if key.id not in self._read:
            from joserfc.jwk import OKPKey

            half = {"kty": "OKP", "crv": "Ed25519", "x": base64.urlsafe_b64encode(key.public).rstrip(b"=").decode()}
            self._read[key.id] = OKPKey.import_key({**half, "use": "sig", "alg": "Ed25519", "kid": key.id})
        return self._read[key.id]
