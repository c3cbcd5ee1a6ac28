"""Where the application may connect to, and the client that goes nowhere else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from . import hookspec
from .acts import provided_by
from .i18n import Text

if TYPE_CHECKING:
    import httpx2


@dataclass(frozen=True, slots=True)
class Egress:
    """A host that a plugin may call, and what for.

    Attributes:
        host: name or address, without port; ``*.example.org`` for every name below it, ``*`` for any host (webhooks).
        country: ISO 3166 code, ``local`` for this machine, ``??`` when the operator has not said.
        data: fideslang data categories that may leave, such as ``user.content``.
        basis: transfer basis outside the EEA (``adequacy``, ``scc``), empty inside.
        private: whether it may be at an address of this machine or of a private network (RFC 1918, ULA, loopback). Say so
            only for a host that the operator names; one that people name could lead to the machines behind the firewall.
    """

    host: str
    purpose: Text
    country: str = "??"
    data: tuple[str, ...] = ()
    basis: str = ""
    private: bool = False


@provided_by("dihya-egress")
class Outgoing(Protocol):
    """Connections to other hosts: only to those that ``register_egress`` names."""

    def client(self, plugin: str, **options: Any) -> httpx2.Client:
        """Return an HTTP client that reaches the hosts that *plugin* declares and no others.

        Each request asks for the host's name, each connection for the address that it leads to; both also after a
        redirect. What is refused is logged and audited. The client ignores the environment's proxies, which nobody declared.

        Args:
            options: of ``httpx2.Client``: ``timeout``, ``headers``, ``verify``, ``proxy`` (which must be declared too) …

        Raises:
            Refused: from the client's methods; the message names the plugin, the host, and what to declare.
        """

    def declared(self, plugin: str = "") -> list[tuple[str, Egress]]:
        """Return (plugin, what it declares), of all plugins or of one."""


@hookspec(kind="collect", result=Egress, on_error="quarantine", found=("egress:EGRESS",))
def register_egress() -> Egress | list[Egress]:  # type: ignore[empty-body]
    """Return the hosts that this plugin may call, from its settings."""
