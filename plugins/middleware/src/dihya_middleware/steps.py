"""The steps of the pass, in order; on the way back they run the other way round."""

from __future__ import annotations

from pathlib import Path

from dihya_hookspecs.web import Step

from .compression import Compression
from .headers import SecurityHeaders
from .hosts import AllowedHosts
from .limits import BodyLimit, RouteLimits
from .proxies import TrustedProxies
from .rates import Rates
from .settings import Settings
from .strangers import remembering
from .trace import continue_trace, tell_trace


def steps(settings: Settings, data: Path) -> list[Step]:
    """All steps of this plugin.

    The headers come first on the way in, so that what a later step refuses leaves with them too. Who calls too often is
    sent away before the body is looked at.

    Args:
        data: the folder in which an untrusted proxy is remembered.
    """
    headers, rates = SecurityHeaders(settings.hsts_seconds, settings.hsts_subdomains), Rates(settings.rate_factor)
    found = [
        Step("headers", "edge", after=headers.after),  # on every answer, also where no step was entered
        Step("nonce", "edge", headers.before),
        Step("trace", "edge", continue_trace, tell_trace),
        Step("proxies", "edge", TrustedProxies(settings.trusted_proxies, remembering(data)).before),
        Step("hosts", "edge", AllowedHosts(settings.allowed_hosts).before),
        Step("rates", "edge", rates.by_address),
        Step("limits", "edge", BodyLimit(RouteLimits(settings), settings.max_depth).before),
        Step("rates of people", "content", rates.by_person),
    ]
    if settings.gzip_level:
        compression = Compression(settings.gzip_level)
        found.append(Step("compression", "content", compression.before, compression.after))
    return found
