"""Tokens against forged requests, bound to the session or, before sign-in, to a cookie of its own."""

from __future__ import annotations

import hmac
import re
import secrets
from typing import TYPE_CHECKING

from dihya_hookspecs.access import Actor, Denial

from .secret import Secret

if TYPE_CHECKING:
    from werkzeug.wrappers import Request

SAFE = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
_TOKEN = re.compile(r"^[0-9a-f]{16}\.[0-9a-f]{64}\Z")


def make(secret: Secret, bond: str) -> str:
    """A token for *bond* (a session, or the pre-session cookie); another each time, so that compression tells nothing."""
    salt = secrets.token_hex(8)
    return f"{salt}.{secret.mac('csrf', salt + bond)}"


def fits(secret: Secret, bond: str, token: str) -> bool:
    """True if *token* was made for *bond*."""
    if not _TOKEN.match(token):
        return False
    salt, mac = token.split(".")
    return hmac.compare_digest(mac, secret.mac("csrf", salt + bond))


def sent(request: Request) -> str:
    """The token that came with *request*, in the header ``X-CSRF-Token`` or the field ``csrf_token``."""
    return request.headers.get("X-CSRF-Token") or request.form.get("csrf_token", "")


def objection(secret: Secret, actor: Actor | None, request: Request) -> Denial | None:
    """Return a Denial for an unsafe request that came by session cookie and cannot prove that it comes from our page.

    Programs that show a token or key carry no cookie that a browser would add by itself, so they need no proof.
    """
    if request.method in SAFE or actor is None or actor.session is None:
        return None
    if request.headers.get("Sec-Fetch-Site") == "cross-site":
        return Denial("the request comes from another site", "csrf")
    if not fits(secret, f"session:{actor.session}", sent(request)):
        return Denial("the form is too old or does not come from here; load the page again", "csrf")
    return None
