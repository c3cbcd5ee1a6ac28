"""Access and refresh tokens for programs that act for a person: JWT signed with Ed25519."""

from __future__ import annotations

import base64
import json
import time
import uuid
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from dihya_hookspecs import Refused
from dihya_hookspecs.access import Actor
from dihya_hookspecs.acts import Act
from dihya_hookspecs.i18n import gettext as _
from dihya_hookspecs.keys import Signer
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from .keyring import KeyRing
from .models import Person, TokenFamily, now
from .presence import Presence
from .recent import Identity, IdentityCache, owed
from .sessions import PERSON
from .settings import Settings
from .verified import Verified

# RFC 9864 retires the name "EdDSA", which leaves open which curve is meant. One name is accepted, and nothing else.
ALGORITHM = "Ed25519"
_ACCESS, _REFRESH = "at+jwt", "refresh+jwt"


@dataclass(frozen=True, slots=True)
class Pair:
    """An access token and the refresh token that gets the next one; ``expires_in`` in seconds."""

    access_token: str
    refresh_token: str
    expires_in: int
    token_type: str = "Bearer"  # noqa: S105


class Tokens:
    """Issues, verifies, exchanges and revokes tokens. The tokens of one sign-in are a family, which ends as a whole."""

    def __init__(
        self, session: Session, ring: KeyRing, verified: Verified, settings: Settings, act: Act, recent: IdentityCache
    ) -> None:
        self._session, self._ring, self._verified = session, ring, verified
        self._settings, self._act, self._recent = settings, act, recent

    @classmethod
    def from_container(cls, svcs_container: Any) -> Tokens:
        """Build the service inside an act."""
        return cls(
            *(svcs_container.get(needed) for needed in (Session, KeyRing, Verified, Settings, Act, IdentityCache))
        )

    def issue(self, person: Person) -> Pair:
        """Begin a family and return its first tokens."""
        ends = now() + timedelta(days=self._settings.refresh_days)
        family = TokenFamily(person_id=person.id, turn=0, created_at=now(), expires_at=ends)
        self._session.execute(delete(TokenFamily).where(TokenFamily.expires_at < now()))
        self._session.add(family)
        self._session.flush()
        self._act.get(Presence).note(person.id)
        self._act.record("securite.tokens_issued", object=f"securite_people:{person.id}")
        return self._pair(family)

    def refresh(self, token: str) -> Pair:
        """Exchange a refresh token for new tokens; each can be used once.

        Raises:
            Refused: 401, the token is not ours, has ended, was revoked, or was used before: then either it was stolen
                or the new one was, so the family is revoked, and stays so.
        """
        claims = self._claims(token, _REFRESH)
        person = self._living(claims).person_id
        turned = self._session.scalar(
            update(TokenFamily)
            .where(TokenFamily.id == claims["family"], TokenFamily.turn == claims["turn"])
            .values(turn=TokenFamily.turn + 1)
            .returning(TokenFamily)
        )
        if turned is None:
            self._revoke(claims["family"])
            self._act.record("securite.token_reused", object=f"securite_people:{person}", outcome="refused")
            self._act.keep()
            raise Refused(
                _("this refresh token was used before; all tokens of this sign-in are revoked"), code="token-reused",
                status=401,
            )  # fmt: skip
        return self._pair(turned)

    def known(self, token: str) -> Identity:
        """Return who an access token speaks for. Raises Refused (401)."""
        claims = self._verified.get(token)
        if claims is None:
            claims = self._claims(token, _ACCESS)
            self._verified.put(token, claims)
        found = self._living(claims)
        fresh = now() - found.confirmed_at < timedelta(minutes=self._settings.confirm_minutes)
        actor = Actor(str(found.person_id), found.name or found.email, frozenset(found.roles), confirmed=fresh)
        return Identity(actor, owed(found, self._settings), float(claims["exp"]), claims["family"])

    def revoke(self, token: str) -> None:
        """End the family of an access token. Raises Refused (401)."""
        claims = self._claims(token, _ACCESS)
        person = self._living(claims).person_id
        self._revoke(claims["family"])
        self._act.record("securite.tokens_revoked", object=f"securite_people:{person}")

    def _pair(self, family: TokenFamily) -> Pair:
        seconds = self._settings.access_minutes * 60
        ends = int(family.expires_at.timestamp())
        return Pair(
            self._sign(family, _ACCESS, min(int(time.time()) + seconds, ends), {"jti": uuid.uuid4().hex}),
            self._sign(family, _REFRESH, ends, {"turn": family.turn}),
            seconds,
        )

    def _sign(self, family: TokenFamily, kind: str, expires: int, claims: dict[str, Any]) -> str:

        key = self._ring.signing()
        full = {
            "iss": self._settings.issuer,
            "aud": self._settings.audience,
            "sub": str(family.person_id),
            "sid": str(family.id),
            "iat": int(time.time()),
            "exp": expires,
            **claims,
        }
        return signed({"alg": ALGORITHM, "typ": kind, "kid": key.id}, full, key)

    def _claims(self, token: str, kind: str) -> dict[str, Any]:
        """Check signature, algorithm, type, issuer, audience and time. Raises Refused (401), and says no more."""
        from joserfc import jwt
        from joserfc.errors import JoseError

        rules = jwt.JWTClaimsRegistry(
            now=int(time.time()),
            iss={"essential": True, "value": self._settings.issuer},
            aud={"essential": True, "value": self._settings.audience},
            exp={"essential": True},
            iat={"essential": True},
            sub={"essential": True},
            sid={"essential": True},
        )
        try:
            decoded = jwt.decode(token, lambda guest: self._key(guest.headers()), algorithms=[ALGORITHM])
            if decoded.header.get("typ") != kind:
                raise ValueError("a token of another kind")
            rules.validate(decoded.claims)
            return {**decoded.claims, "family": uuid.UUID(decoded.claims["sid"])}
        except (JoseError, ValueError, TypeError, KeyError, AttributeError) as error:
            raise bad_credential() from error

    def _key(self, header: dict[str, Any]) -> Any:
        key = self._ring.verifying(str(header.get("kid")))
        if key is None:
            raise ValueError("an unknown key")
        return key

    def _living(self, claims: dict[str, Any]) -> Any:
        """Return the row of a living family and its person. Raises Refused (401)."""
        found = self._session.execute(
            select(TokenFamily.revoked_at, TokenFamily.expires_at, TokenFamily.confirmed_at, *PERSON)
            .join(Person, Person.id == TokenFamily.person_id)
            .where(TokenFamily.id == claims["family"])
        ).one_or_none()
        if found is None or found.revoked_at or found.expires_at <= now() or not found.active:
            raise bad_credential()
        return found

    def _revoke(self, family: uuid.UUID) -> None:
        self._session.execute(update(TokenFamily).where(TokenFamily.id == family).values(revoked_at=now()))
        self._recent.forget_with(self._session)


def prepare() -> None:
    """Import what signs and verifies. A server does so before it answers: it shall not begin without."""
    from joserfc import jwk, jwt  # noqa: F401


def signed(header: dict[str, Any], claims: dict[str, Any], key: Signer) -> str:
    """Return a JWT in compact form (RFC 7515); the library would want the private key itself, which may lie elsewhere."""
    parts = [_encoded(json.dumps(part, separators=(",", ":")).encode()) for part in (header, claims)]
    return b".".join([*parts, _encoded(key.sign(b".".join(parts)))]).decode()


def _encoded(content: bytes) -> bytes:
    return base64.urlsafe_b64encode(content).rstrip(b"=")


def bad_credential() -> Refused:
    """The one answer to every credential that does not hold; it does not say why."""
    return Refused(
        "the credential is not valid, or no longer", code="bad-credential", status=401,
        headers={"WWW-Authenticate": 'Bearer error="invalid_token"'},
    )  # fmt: skip
