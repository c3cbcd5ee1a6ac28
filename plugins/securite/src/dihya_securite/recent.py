"""Who was recognised a moment ago, so that not every request asks the database."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from dihya_hookspecs.access import Actor

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from .settings import Settings


@dataclass(frozen=True, slots=True)
class Identity:
    """Who was recognised, and what they must do before anything else.

    Attributes:
        owes: ``"password"`` or ``"second-factor"``: what they must choose, or set up; ``""`` for nothing.
        ends: when the credential ends, as a Unix time.
        family: of the token that was shown; None for a session or a key.
    """

    actor: Actor
    owes: str = ""
    ends: float = float("inf")
    family: UUID | None = None


class IdentityCache:
    """Remembers for half a second whom a credential belongs to.

    What is revoked in this process is forgotten with the commit, so it counts at once; what another process revokes
    counts here half a second later. A credential is kept as a fingerprint only.
    """

    SECONDS, MOST = 0.5, 4096

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self._known: dict[bytes, tuple[float, Identity]] = {}
        self.epoch = 0

    def get(self, credential: str) -> Identity | None:
        """Return whom this credential belonged to a moment ago."""
        found = self._known.get(fingerprint(credential))
        if found is None:
            return None
        now = self._clock()
        return found[1] if 0 <= now - found[0] < self.SECONDS and now < found[1].ends else None

    def put(self, credential: str, known: Identity, epoch: int) -> None:
        """Remember what was looked up since *epoch*; not if something was revoked meanwhile."""
        if len(self._known) >= self.MOST:
            self._known = {}
        self._known[fingerprint(credential)] = (self._clock(), known)
        if epoch != self.epoch:
            self._known.pop(fingerprint(credential), None)

    def forget(self) -> None:
        """Ask the database again, whoever comes."""
        self.epoch += 1
        self._known = {}

    def forget_with(self, session: Session) -> None:
        """Forget when what *session* has written is committed, and already for what follows in this act."""
        from sqlalchemy import event

        self.forget()
        event.listen(session, "after_commit", lambda committed: self.forget(), once=True)


def owed(person: Any, settings: Settings) -> str:
    """Return what somebody must choose or set up first: a password in place of a one-time one, or a second factor.

    Args:
        person: has ``must_change_password``, ``second_factor`` and ``roles``.
    """
    if person.must_change_password:
        return "password"
    lacks = not person.second_factor and not settings.second_factor_roles.isdisjoint(person.roles)
    return "second-factor" if lacks else ""


def fingerprint(credential: str) -> bytes:
    """What is kept of a credential in memory."""
    return hashlib.sha256(credential.encode("utf-8", "surrogatepass")).digest()
