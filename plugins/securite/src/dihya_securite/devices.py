"""Browsers in which somebody signed in before: a cookie that names no one and opens nothing."""

from __future__ import annotations

import hmac
import secrets

from .secret import Secret

SECONDS = 180 * 86400


def make(secret: Secret, email: str) -> str:
    """A cookie by which this browser is known again when *email* signs in."""
    number = secrets.token_urlsafe(24)
    return f"{number}.{_proof(secret, number, email)}"


def known(secret: Secret, cookie: str, email: str) -> str:
    """Return the number of the browser, or ``""`` where *email* has not signed in with it."""
    number, _, proof = cookie.partition(".")
    fits = hmac.compare_digest(proof.encode("utf-8", "replace"), _proof(secret, number, email).encode())
    return number if fits else ""


def _proof(secret: Secret, number: str, email: str) -> str:
    return secret.mac("device", f"{number}|{email.strip().lower()}")
