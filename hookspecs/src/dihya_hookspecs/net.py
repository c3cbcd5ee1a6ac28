"""Where the application may connect to."""

from __future__ import annotations

from dataclasses import dataclass

from . import hookspec
from .i18n import Text


@dataclass(frozen=True, slots=True)
class Egress:
    """A host that a plugin may call, and what for.

    Attributes:
        host: name or address, without port.
        country: ISO 3166 code, ``local`` for this machine, ``??`` when the operator has not said.
        data: fideslang data categories that may leave, such as ``user.content``.
        basis: transfer basis outside the EEA (``adequacy``, ``scc``), empty inside.
    """

    host: str
    purpose: Text
    country: str = "??"
    data: tuple[str, ...] = ()
    basis: str = ""


@hookspec(kind="collect", result=Egress, on_error="quarantine", found=("egress:EGRESS",))
def register_egress() -> Egress | list[Egress]:  # type: ignore[empty-body]
    """Return the hosts that this plugin may call, from its settings."""
