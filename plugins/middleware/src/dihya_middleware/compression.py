"""Text leaves compressed where the browser can read it."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from werkzeug.wrappers import Request, Response

_LEAST = 1024
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

    def after(self, request: Request, response: Response) -> None:
        """Compress the body in place."""
        if not _is_text(response) or response.status_code in (204, 206, 304):
            return
        response.vary.add("Accept-Encoding")
        if request.accept_encodings["gzip"] <= 0 or not self._may_compress(response):
            return
        body = response.get_data()
        if len(body) < _LEAST:
            return
        response.set_data(gzip.compress(body, self._level, mtime=0))
        response.headers["Content-Encoding"] = "gzip"
        etag, _weak = response.get_etag()
        if etag:  # the bytes are others now, the content is the same
            response.set_etag(etag, weak=True)

    def _may_compress(self, response: Response) -> bool:
        return (
            response.is_sequence
            and not response.direct_passthrough
            and "Content-Encoding" not in response.headers
            and "Set-Cookie" not in response.headers
            and not response.cache_control.no_transform
        )


def _is_text(response: Response) -> bool:
    kind = response.mimetype or ""
    return (kind.startswith("text/") and kind != "text/event-stream") or kind in _TEXT
