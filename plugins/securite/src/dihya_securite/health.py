"""What must hold for people to get in."""

from __future__ import annotations

from dihya_hookspecs import DihyaError
from dihya_hookspecs.access import SYSTEM
from dihya_hookspecs.acts import Acts, current
from dihya_hookspecs.ops import HealthCheck


def _somebody_administers() -> str:
    from .service import Directory

    with current().get(Acts).open("securite.health", actor=SYSTEM) as act:
        count = len(act.get(Directory).administrators())
    if not count:
        raise DihyaError("there is no active administrator; run: dihya people add EMAIL --role admin")
    return f"{count} active administrators" if count > 1 else "one active administrator"


def _tokens_can_be_signed() -> str:
    from datetime import timedelta

    from dihya_hookspecs.keys import Keys

    from .settings import Settings
    from .turning import TOKENS, overdue

    keys = current().get(Keys)
    late = overdue(keys, current().get(Settings))
    if late > timedelta(days=1):
        raise DihyaError(
            f"the key of the tokens should have been replaced {late.days} days ago; install dihya-tasks, which does it, or "
            f"run: dihya keys rotate {TOKENS}"
        )
    return f"tokens are signed with key {keys.signer(TOKENS).id}"


CHECKS = (
    HealthCheck("securite.administrator", _somebody_administers, critical=False),  # everybody else is served meanwhile
    HealthCheck("securite.signing_key", _tokens_can_be_signed, critical=False),
)
