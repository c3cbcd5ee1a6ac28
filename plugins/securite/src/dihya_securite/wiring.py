"""What the services are made of, and which of them live as long as the application."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any, TypeVar

from dihya_hookspecs.access import Access
from dihya_hookspecs.app import Registry
from dihya_hookspecs.keys import Keys
from dihya_hookspecs.naming import Accounts
from dihya_hookspecs.sealing import Seals
from dihya_hookspecs.ui import FormTokens

from .crowd import Crowd
from .keyring import KeyRing
from .lockout import SignInThrottle
from .passwords import Passwords
from .reach import Reach
from .recent import IdentityCache
from .secret import Secret
from .settings import Settings
from .verified import Verified

_T = TypeVar("_T")


def register(registry: Registry) -> None:
    """Register the services of this plugin."""
    registry.register_factory(Reach, lambda svcs_container: Reach(svcs_container.get(Access)))
    registry.register_factory(Passwords, _once(lambda get: Passwords(get(Settings))))
    registry.register_factory(Secret, _once(lambda get: Secret(get(Keys))))
    registry.register_factory(Seals, _once(_seals))
    registry.register_factory(Crowd, _once(lambda get: Crowd(get(Secret))))
    registry.register_factory(FormTokens, "dihya_securite.identity:PageTokens")
    registry.register_factory(Accounts, "dihya_securite.naming:KnownAccounts.from_container")
    registry.register_factory(KeyRing, _once(_ring))
    registry.register_value(SignInThrottle, SignInThrottle())
    registry.register_value(Verified, Verified())
    registry.register_value(IdentityCache, IdentityCache())


def _seals(get: Callable[[type], Any]) -> Seals:
    from .sealing import SecretSeals

    return SecretSeals(get(Secret))


def _ring(get: Callable[[type], Any]) -> KeyRing:
    return KeyRing(get(Keys), get(Settings).refresh_days * 86400)


def _once(make: Callable[[Callable[[type], Any]], _T]) -> Callable[[Any], _T]:
    """A factory that makes one object for the whole application, at the first act that asks for it."""
    made: list[_T] = []
    lock = threading.Lock()

    def factory(svcs_container: Any) -> _T:
        with lock:
            if not made:
                made.append(make(svcs_container.get))
        return made[0]

    return factory
