"""The steps of the pass, in order; on the way back they run the other way round."""

from __future__ import annotations

from dihya_hookspecs.web import Step

from .compression import Compression
from .headers import SecurityHeaders
from .limits import BodyLimit
from .proxies import TrustedProxies
from .settings import Settings
from .trace import continue_trace, tell_trace


def steps(settings: Settings) -> list[Step]:
    """All steps of this plugin.

    The headers come first on the way in, so that what a later step refuses leaves with them too.
    """
    headers = SecurityHeaders(settings.hsts_seconds)
    found = [
        Step("headers", "edge", headers.before, headers.after),
        Step("trace", "edge", continue_trace, tell_trace),
        Step("proxies", "edge", TrustedProxies(settings.trusted_proxies).before),
        Step("limits", "edge", BodyLimit(settings.max_body).before),
    ]
    if settings.gzip_level:
        found.append(Step("compression", "content", after=Compression(settings.gzip_level).after))
    return found
