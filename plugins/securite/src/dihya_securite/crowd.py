"""Tells the server when nobody else need ask for a while: all places for hashing are taken."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.cookies import CookieError, SimpleCookie
from typing import Any

from dihya_hookspecs import DihyaError
from dihya_hookspecs.acts import get
from dihya_hookspecs.web import CLOSED, Closed
from flask import Request

from . import devices
from .passwords import Passwords
from .places import RETRY
from .secret import Secret


@contextmanager
def closing_when_full(request: Request) -> Iterator[None]:
    """Let the server refuse the next sign-ins by itself when this one found no place, but for browsers that we know."""
    try:
        yield
    except DihyaError as error:
        if error.code == "busy" and get(Passwords).places.is_full():
            secret = get(Secret)
            request.environ[CLOSED] = Closed(RETRY, lambda environ: is_known(secret, environ))
        raise


def is_known(secret: Secret, environ: Mapping[str, Any]) -> bool:
    """Tell whether a request comes from a browser in which somebody signed in before."""
    try:
        cookies = SimpleCookie(environ.get("HTTP_COOKIE", ""))
    except CookieError:
        return False
    return any(
        name.endswith("dihya-device") and devices.genuine(secret, morsel.value) for name, morsel in cookies.items()
    )
