"""Words in the reader's language; without an i18n plugin, the English ones."""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, NamedTuple

from . import hookspec

language: ContextVar[str] = ContextVar("dihya_language", default="en")
"""The BCP 47 code of the language in which this act answers."""

_lookup: ContextVar[Callable[[str, str, int | None], str] | None] = ContextVar("dihya_lookup", default=None)


@dataclass(frozen=True, slots=True)
class Language:
    """A language that people can choose: code (``fr``), its own name (``Français``), direction (``ltr``, ``rtl``)."""

    code: str
    name: str
    direction: str = "ltr"


class Text(NamedTuple):
    """A short text said in both languages where it is declared; ``str()`` gives the one of the running act."""

    en: str
    fr: str

    def __str__(self) -> str:
        return self.fr if language.get() == "fr" else gettext(self.en)


def gettext(message: str, **values: Any) -> str:
    """Return *message* in the language of the running act, with ``%(name)s`` filled from *values*."""
    found = (lookup := _lookup.get()) and lookup(message, message, None)
    return (found or message) % values if values else (found or message)


def ngettext(singular: str, plural: str, count: int, **values: Any) -> str:
    """Return the form that fits *count*; ``%(count)s`` may be used in both."""
    lookup = _lookup.get()
    found = lookup(singular, plural, count) if lookup else (singular if count == 1 else plural)
    return found % {"count": count, **values}


def use(code: str, lookup: Callable[[str, str, int | None], str] | None) -> None:
    """Answer in this language from now on, in this context; called by the i18n plugin.

    Args:
        lookup: takes the English message, its plural and a count (None for no plural), gives the translation.
    """
    language.set(code)
    _lookup.set(lookup)


@hookspec(kind="collect", result=Language, on_error="quarantine")
def register_languages() -> Language | list[Language]:  # type: ignore[empty-body]
    """Return the languages that people can choose; catalogues are found as ``translations/<code>.po`` in each plugin."""
