"""Browsers in which somebody signed in before: a cookie that names no one and opens nothing.

Its three parts: a random number, what proves that we gave it, and what proves for which address.
"""

from __future__ import annotations

import hmac
import secrets

from .secret import Secret

SECONDS = 180 * 86400


def make(secret: Secret, email: str) -> str:
    """A cookie by which this browser is known again when *email* signs in."""
    number = secrets.token_urlsafe(24)
    return f"{number}.{secret.mac('device number', number)}.{_proof(secret, number, email)}"


def genuine(secret: Secret, cookie: str) -> bool:
    """Tell whether we gave this cookie, to whomever; quick enough to be asked before anything else."""
    number, _, proofs = cookie.partition(".")
    given = proofs.partition(".")[0]
    return hmac.compare_digest(given.encode("utf-8", "replace"), secret.mac("device number", number).encode())


def known(secret: Secret, cookie: str, email: str) -> str:
    """Return the number of the browser, or ``""`` where *email* has not signed in with it."""
    number, _, proofs = cookie.partition(".")
    proof = proofs.rpartition(".")[2]
    fits = hmac.compare_digest(proof.encode("utf-8", "replace"), _proof(secret, number, email).encode())
    return number if fits else ""


def _proof(secret: Secret, number: str, email: str) -> str:
    return secret.mac("device", f"{number}|{email.strip().lower()}")
