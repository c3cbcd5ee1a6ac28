"""The client that reaches declared hosts only."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterable
from time import monotonic
from typing import TYPE_CHECKING, Any

from dihya_hookspecs import Refused
from dihya_hookspecs.access import SYSTEM
from dihya_hookspecs.acts import Acts, current
from dihya_hookspecs.app import Plugins
from dihya_hookspecs.net import Egress
from dihya_hookspecs.observe import Observation

from .addresses import objection

if TYPE_CHECKING:
    import httpx2

log = logging.getLogger("dihya.egress")
QUIET = 60.0  # seconds between two audit events about the same plugin and host
MOST = 1000  # pairs of plugin and host that are remembered for that


class Connections:
    """Implements ``dihya_hookspecs.net.Outgoing``."""

    def __init__(self, plugins: Plugins, acts: Acts, observation: Observation) -> None:
        self._plugins, self._acts, self._observation = plugins, acts, observation

    @classmethod
    def from_container(cls, svcs_container: Any) -> Connections:
        """Build the service inside an act."""
        return cls(*(svcs_container.get(needed) for needed in (Plugins, Acts, Observation)))

    def declared(self, plugin: str = "") -> list[tuple[str, Egress]]:
        """Return (plugin, what it declares), of all plugins or of one."""
        found = self._plugins.collected("register_egress")
        return [(owner, item) for owner, item in found if plugin in ("", owner)]

    def client(self, plugin: str, **options: Any) -> httpx2.Client:
        """Return a client for the hosts that *plugin* declares."""
        import httpx2

        from .transport import Transport

        guard = Guard(plugin, self, self._acts)
        transport = Transport(
            guard,
            self._observation,
            verify=options.pop("verify", True),
            http2=options.pop("http2", False),
            limits=options.pop("limits", httpx2.Limits()),
            proxy=options.pop("proxy", None),
        )
        return httpx2.Client(transport=transport, trust_env=False, **options)


class Guard:
    """Says which hosts and addresses one plugin may call."""

    _told: dict[tuple[str, str], float] = {}
    _lock = threading.Lock()

    def __init__(self, plugin: str, connections: Connections, acts: Acts) -> None:
        self.plugin, self._connections, self._acts = plugin, connections, acts

    def host(self, host: str) -> Egress:
        """Return the declaration of a host. Raises Refused when there is none."""
        declared = [item for _, item in self._connections.declared(self.plugin)]
        found = matching(host, declared)
        if found is None:
            names = ", ".join(sorted(item.host for item in declared)) or "no host"
            raise self._refused(
                host, f"plugin {self.plugin!r} may not call {host!r}: it declares {names}; name it in register_egress"
            )
        return found

    def address(self, host: str, address: str) -> None:
        """Raise Refused for an address to which this host must not lead."""
        kind = objection(address, private=self.host(host).private)
        if kind:
            raise self._refused(
                host,
                f"plugin {self.plugin!r} may not call {host!r}: it leads to {address}, a {kind} address; "
                "declare it with private=True if an operator named it",
            )

    def _refused(self, host: str, reason: str) -> Refused:
        if self._due((self.plugin, host)):
            log.warning("%s", reason)
            self._record(host)
        return Refused(reason, code="egress", status=502)

    def _due(self, place: tuple[str, str]) -> bool:
        """Tell whether a refusal is to be told: once a minute for one host, and for so many hosts at most."""
        now = monotonic()
        with self._lock:
            if now - self._told.get(place, -QUIET) < QUIET:
                return False
            if len(self._told) >= MOST:  # people name hosts, of webhooks for example, and there is no end of names
                for old in [known for known, then in self._told.items() if now - then >= QUIET]:
                    del self._told[old]
            if len(self._told) >= MOST:
                return False
            self._told[place] = now
            return True

    def _record(self, host: str) -> None:
        """Write it into the running act, since a second one would wait for what the first has locked; or into one of its own."""
        try:
            act = current()
        except LookupError:
            with self._acts.open("egress.refuse", actor=SYSTEM) as act:
                act.record("egress.refused", object=f"plugin:{self.plugin}", outcome="refused", host=host)
        else:
            act.record("egress.refused", object=f"plugin:{self.plugin}", outcome="refused", host=host)


def matching(host: str, declared: Iterable[Egress]) -> Egress | None:
    """Return the declaration that fits best: the host itself, then names below a domain, then any host."""
    wanted = host.lower().rstrip(".").strip("[]")
    found = {item.host.lower().rstrip("."): item for item in declared}
    if wanted in found:
        return found[wanted]
    parts = wanted.split(".")
    for start in range(1, len(parts)):
        if (name := "*." + ".".join(parts[start:])) in found:
            return found[name]
    return found.get("*")
