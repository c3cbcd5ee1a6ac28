"""Text leaves compressed where the browser can read it."""

from __future__ import annotations

import gzip
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from werkzeug.wrappers import Request, Response

_LEAST = 1024
_SUFFIX = "-gzip"
_NAMED = re.compile(r'(?<!W/)"([^"]*)-gzip"')
_TEXT = frozenset(
    {
        "application/json", "application/problem+json", "application/javascript", "application/xml",
        "application/manifest+json", "application/ld+json", "application/openapi+json", "image/svg+xml",
    }
)  # fmt: skip


class Compression:
    """Compresses text from 1 KiB on with gzip; streams, files and partial answers pass as they are.

    An answer that sets a cookie is left alone: together with text that an attacker chooses, its length would tell
    about the cookie (BREACH). CSRF tokens differ in every answer, so pages that hold one may be compressed.
    """

    def __init__(self, level: int) -> None:
        self._level = level

    def before(self, request: Request) -> None:
        """Where a client names a compressed answer, let the view read the name that it gave itself, too."""
        for name in ("HTTP_IF_MATCH", "HTTP_IF_NONE_MATCH"):
            if _SUFFIX in (said := request.environ.get(name, "")):
                request.environ[name] = _NAMED.sub(r'\g<0>, "\1"', said)

    def after(self, request: Request, response: Response) -> None:
        """Compress the body in place."""
        if response.status_code in (204, 206, 304) or not _is_text(response):
            return
        _say_varies(response)
        if response.is_sequence and sum(map(len, response.response)) < _LEAST:  # type: ignore[arg-type]
            return
        if request.accept_encodings["gzip"] <= 0 or not self._may_compress(response):
            return
        body = response.get_data()
        response.set_data(gzip.compress(body, self._level, mtime=0))
        response.headers["Content-Encoding"] = "gzip"
        etag, weak = response.get_etag()
        if etag and not weak:  # other bytes have another strong name; ``before`` knows it again
            response.set_etag(etag + _SUFFIX)

    def _may_compress(self, response: Response) -> bool:
        return (
            response.is_sequence
            and not response.direct_passthrough
            and "Content-Encoding" not in response.headers
            and "Set-Cookie" not in response.headers
            and not response.cache_control.no_transform
        )


def _say_varies(response: Response) -> None:
    if "Vary" in response.headers:
        response.vary.add("Accept-Encoding")
    else:  # as nearly always; to read the header as a set takes ten times as long
        response.headers.add("Vary", "Accept-Encoding")


def _is_text(response: Response) -> bool:
    kind = response.mimetype or ""
    return (kind.startswith("text/") and kind != "text/event-stream") or kind in _TEXT
