"""What the services are made of, and which of them live as long as the application."""

from __future__ import annotations

from typing import Any

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


def register(registry: Registry) -> None:
    """Register the services of this plugin."""
    registry.register_factory(Reach, lambda svcs_container: Reach(svcs_container.get(Access)))
    registry.register_factory(Passwords, lambda svcs_container: Passwords(svcs_container.get(Settings)), once=True)
    registry.register_factory(Secret, lambda svcs_container: Secret(svcs_container.get(Keys)), once=True)
    registry.register_factory(Seals, _seals, once=True)
    registry.register_factory(Crowd, lambda svcs_container: Crowd(svcs_container.get(Secret)), once=True)
    registry.register_factory(FormTokens, "dihya_securite.identity:PageTokens")
    registry.register_factory(Accounts, "dihya_securite.naming:KnownAccounts.from_container")
    registry.register_factory(KeyRing, _ring, once=True)
    registry.register_value(SignInThrottle, SignInThrottle())
    registry.register_value(Verified, Verified())
    registry.register_value(IdentityCache, IdentityCache())


def _seals(svcs_container: Any) -> Seals:
    from .sealing import SecretSeals

    return SecretSeals(svcs_container.get(Secret))


def _ring(svcs_container: Any) -> KeyRing:
    return KeyRing(svcs_container.get(Keys), svcs_container.get(Settings).refresh_days * 86400)
