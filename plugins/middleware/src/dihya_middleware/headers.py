"""Security headers, with a Content-Security-Policy that lets in our own files and one nonce a page."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from dihya_hookspecs.acts import current
from dihya_hookspecs.web import NONCE

if TYPE_CHECKING:
    from werkzeug.wrappers import Request, Response

_PAGE = (
    "default-src 'none'; script-src 'self' 'nonce-{}'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_OTHER = "default-src 'none'; frame-ancestors 'none'"  # a JSON answer or a file, opened as if it were a page
_POWERS = ("accelerometer", "camera", "display-capture", "geolocation", "gyroscope", "magnetometer", "microphone",
           "midi", "payment", "usb")  # fmt: skip
_FIXED = (
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
    ("Referrer-Policy", "same-origin"),
    ("Permissions-Policy", ", ".join(f"{power}=()" for power in _POWERS)),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
)


class SecurityHeaders:
    """Adds the headers to every answer; a view that sets one of them itself keeps its own.

    Args:
        hsts_seconds: for how long browsers are told to keep to https; only said over https.
        hsts_subdomains: whether the same is said of every name below this one.
    """

    def __init__(self, hsts_seconds: int, hsts_subdomains: bool = False) -> None:
        below = "; includeSubDomains" if hsts_subdomains else ""
        self._hsts = f"max-age={hsts_seconds}{below}" if hsts_seconds else ""

    def before(self, request: Request) -> None:
        """Make the nonce that templates know as ``page.nonce``."""
        request.environ[NONCE] = secrets.token_urlsafe(16)

    def after(self, request: Request, response: Response) -> None:
        """Add what is missing. What is answered to somebody who is signed in is not stored, unless the view says so."""
        headers = response.headers
        there = {name.lower() for name, _ in headers}  # asking the headers for one name reads all of them
        missing = [(name, value) for name, value in _FIXED if name.lower() not in there]
        if "content-security-policy" not in there:
            page = response.mimetype == "text/html"
            missing.append(
                ("Content-Security-Policy", _PAGE.format(request.environ.get(NONCE, "")) if page else _OTHER)
            )
        if self._hsts and request.is_secure and "strict-transport-security" not in there:
            missing.append(("Strict-Transport-Security", self._hsts))
        if "cache-control" not in there and current().actor is not None:
            missing.append(("Cache-Control", "no-store"))
        for name, value in missing:
            headers.add(name, value)
