"""Secrets among the settings: stored sealed under a key that is not in the database."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dihya_hookspecs import DihyaError
from dihya_hookspecs.acts import get
from dihya_hookspecs.sealing import Seals

PURPOSE, MARK = "settings", "sealed"
Opener = Callable[[Any], Any]


def sealed(secret: str) -> dict[str, str]:
    """Return what is stored of a secret. Raises DihyaError (503) where no plugin keeps a key for it."""
    return {MARK: get(Seals).seal(PURPOSE, secret)}


def opener() -> Opener:
    """Return what makes a value of what is stored; it raises ValueError for a secret that cannot be opened here."""
    try:
        seals: Seals | None = get(Seals)
    except DihyaError:
        seals = None

    def opened(value: Any) -> Any:
        if not (isinstance(value, dict) and value.keys() == {MARK}):
            return value
        if seals is None:
            raise ValueError("no plugin keeps the key under which this is sealed")
        return seals.unseal(PURPOSE, value[MARK])

    return opened
