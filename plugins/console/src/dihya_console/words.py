"""The words for what a service refuses: those of the catalogue for its code, or the refusal's own."""

from __future__ import annotations

from collections.abc import Iterable, Set
from typing import TYPE_CHECKING

from dihya_hookspecs import DihyaError, Invalid
from dihya_hookspecs.i18n import gettext as _

if TYPE_CHECKING:
    from .resources import Related


def known(key: str) -> str:
    """Return what the catalogue says for a code, or nothing."""
    found = _(key)
    return "" if found == key else found


def say(error: DihyaError) -> str:
    """Return the words for an error: the catalogue's for its code, or its own."""
    return (known(f"problem.{error.code}") if error.code != "invalid" else "") or _(error.message)


def refusal(error: DihyaError, related: Iterable[Related]) -> str:
    """Return why a record stays, and what refers to it: the first names of each list, as far as the reader may see them."""
    lists = [
        f"{each.title} ({each.count}) – {', '.join(name for name, _path in each.first)}"
        + (", …" if each.count > len(each.first) else "")
        for each in related
        if each.count
    ]
    return f"{say(error)} {'; '.join(lists)}" if error.code == "referred" and lists else say(error)


def faults_of(error: Invalid, names: Set[str]) -> dict[str, str]:
    """Return what is wrong with each field of *names*; "" holds what belongs to none."""
    found = {}
    for flaw in error.flaws:
        name = flaw.pointer.strip("/").partition("/")[0]
        general = known(f"flaw.{flaw.code}") if flaw.code != "invalid" else ""
        found[name if name in names else ""] = general or _(flaw.detail)
    return found or {"": say(error)}
