"""A proxy that nobody told us of: remembered in the data folder, so that ``dihya doctor`` can say it too."""

from __future__ import annotations

import contextlib
import ipaddress
from collections.abc import Callable
from pathlib import Path

from dihya_hookspecs import DihyaError
from dihya_hookspecs.acts import get
from dihya_hookspecs.app import AppInfo

from .settings import Settings

FILE = "untrusted-proxy"


def remembering(data: Path) -> Callable[[str], None]:
    """Return a function that remembers the address of a proxy."""

    def remember(address: str) -> None:
        with contextlib.suppress(OSError):  # the log has said it; a full disk must not fail a request
            data.mkdir(mode=0o700, parents=True, exist_ok=True)
            (data / FILE).write_text(address)

    return remember


def probe() -> str:
    """Say that no proxy is disbelieved; raise when one was seen that is still not in the settings."""
    path = get(AppInfo).data / FILE
    try:
        address = ipaddress.ip_address(path.read_text().strip())
    except (OSError, ValueError):
        return "no untrusted proxy was seen"
    if any(address in network for network in get(Settings).trusted_proxies):
        path.unlink(missing_ok=True)
        return f"the proxy at {address} is trusted"
    raise DihyaError(
        f"a proxy at {address} sends X-Forwarded-* headers and is not believed; if it is yours, add it to "
        f"middleware.trusted_proxies, otherwise remove {str(path)!r}",
        code="untrusted-proxy",
    )
