"""Delays after failed sign-ins: they slow down who guesses, and lock nobody out of their account."""

from __future__ import annotations

import ipaddress
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from dihya_hookspecs import DihyaError
from dihya_hookspecs.access import SYSTEM
from dihya_hookspecs.acts import Acts
from sqlalchemy import delete
from sqlalchemy.orm import Session

from .models import Failure, now
from .secret import Secret
from .settings import Settings

_FORGET = timedelta(days=1)


class SignInThrottle:
    """Lets one attempt at a time through for one account and network, in this process."""

    def __init__(self) -> None:
        self._inside: set[str] = set()
        self._lock = threading.Lock()

    @contextmanager
    def attempt(self, key: str) -> Iterator[None]:
        """Hold the place of *key*. Raises DihyaError (429) while another attempt holds it."""
        with self._lock:
            if key in self._inside:
                raise _too_many(1)
            self._inside.add(key)
        try:
            yield
        finally:
            with self._lock:
                self._inside.discard(key)


class Lockout:
    """Counts failures per account and network (/24 or /48) and makes the next attempt wait, twice as long each time.

    Whoever guesses from elsewhere does not delay the owner of the account, who comes from another network. A browser in
    which the owner signed in before is counted alone, so that neighbours in the same network do not delay it either.
    """

    def __init__(self, session: Session, secret: Secret, settings: Settings) -> None:
        self._session, self._secret, self._settings = session, secret, settings

    def key(self, email: str, address: str | None, device: str = "") -> str:
        """The fingerprint under which attempts on *email* from *address* are counted; exists for unknown people too.

        Args:
            device: the number of a known browser (``devices.known``), which is counted in the network's place.
        """
        return self._secret.mac("lockout", f"{email}|{f'device {device}' if device else network(address)}")

    def demand(self, key: str) -> None:
        """Raise DihyaError (429, Retry-After) while the delay lasts."""
        failure = self._session.get(Failure, key)
        if failure is None or failure.count < self._settings.lockout:
            return
        delay = min(2 ** min(failure.count - self._settings.lockout, 30), self._settings.lockout_max)
        remaining = (failure.last_at + timedelta(seconds=delay) - now()).total_seconds()
        if remaining > 0:
            raise _too_many(int(remaining) + 1)

    def failed(self, key: str) -> None:
        """Count a failure; forget those of yesterday."""
        self.forget_old()
        failure = self._session.get(Failure, key)
        if failure is None:
            self._session.add(Failure(id=key, count=1, last_at=now()))
        else:
            failure.count, failure.last_at = Failure.count + 1, now()
        self._session.flush()

    def forget_old(self) -> None:
        """Remove the counts whose last failure is more than a day old."""
        self._session.execute(delete(Failure).where(Failure.last_at < now() - _FORGET))

    def succeeded(self, key: str) -> None:
        """Forget the failures of *key*."""
        self._session.execute(delete(Failure).where(Failure.id == key))


def forget_in_time(acts: Acts) -> None:
    """Remove counts that are a day old, also where nobody fails any more; recurring work of this plugin."""
    with acts.open("securite.forget_failures", actor=SYSTEM) as act:
        Lockout(act.session, act.get(Secret), act.get(Settings)).forget_old()


def network(address: str | None) -> str:
    """The network that *address* belongs to: /24 of IPv4, /48 of IPv6; ``-`` for what is no address."""
    try:
        parsed = ipaddress.ip_address(address or "")
    except ValueError:
        return "-"
    if parsed.version == 6 and parsed.ipv4_mapped:
        parsed = parsed.ipv4_mapped
    return str(ipaddress.ip_network((parsed, 24 if parsed.version == 4 else 48), strict=False))


def _too_many(seconds: int) -> DihyaError:
    return DihyaError(
        f"too many failed attempts; try again in {seconds} s", code="too-many-attempts", status=429,
        headers={"Retry-After": str(seconds)}, params={"seconds": seconds},
    )  # fmt: skip
