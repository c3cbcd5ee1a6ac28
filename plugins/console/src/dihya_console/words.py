"""The words for what a service refuses: those of the catalogue for its code, or the refusal's own."""

from __future__ import annotations

from collections.abc import Set

from dihya_hookspecs import DihyaError, Invalid
from dihya_hookspecs.i18n import gettext as _


def known(key: str) -> str:
    """Return what the catalogue says for a code, or nothing."""
    found = _(key)
    return "" if found == key else found


def say(error: DihyaError) -> str:
    """Return the words for an error: the catalogue's for its code, or its own."""
    return (known(f"problem.{error.code}") if error.code != "invalid" else "") or _(error.message)


def faults_of(error: Invalid, names: Set[str]) -> dict[str, str]:
    """Return what is wrong with each field of *names*; "" holds what belongs to none."""
    found = {}
    for flaw in error.flaws:
        name = flaw.pointer.strip("/").partition("/")[0]
        general = known(f"flaw.{flaw.code}") if flaw.code != "invalid" else ""
        found[name if name in names else ""] = general or _(flaw.detail)
    return found or {"": say(error)}
