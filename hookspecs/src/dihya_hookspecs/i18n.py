"""Words in the reader's language; without an i18n plugin, the English ones."""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, NamedTuple

from . import hookspec

language: ContextVar[str] = ContextVar("dihya_language", default="en")
"""The BCP 47 code of the language in which this act answers."""

Lookup = Callable[[str, str, int | None, str], str]
"""Takes the English message, its plural, a count (None for no plural) and the plugin that speaks; gives the translation.

A message with a context stands as ``context\\x04message``, as in gettext's own catalogues.
"""

_lookup: ContextVar[Lookup | None] = ContextVar("dihya_lookup", default=None)


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
    """Return *message* in the language of the running act, with ``%(name)s`` filled from *values*.

    The catalogue of the plugin whose code calls is asked first, so that two plugins may say one word in two ways.
    """
    return say(speaker(), message, **values)


def mark(message: str) -> str:
    """Return *message* as it is: the catalogue finds it here, and it is translated where it is shown."""
    return message


def ngettext(singular: str, plural: str, count: int, **values: Any) -> str:
    """Return the form that fits *count*; ``%(count)s`` may be used in both."""
    return say(speaker(), singular, plural, count, **{"count": count, **values})


def pgettext(context: str, message: str, **values: Any) -> str:
    """Return *message* as it is meant in *context* (``msgctxt``): one English word of one plugin may mean two things."""
    return say(speaker(), f"{context}\x04{message}", **values)


def say(plugin: str, message: str, plural: str = "", count: int | None = None, /, **values: Any) -> str:
    """Return *message* from the catalogue of *plugin*, then from the shared one, or else in English."""
    lookup, english = _lookup.get(), plural if count not in (None, 1) else message.rpartition("\x04")[2]
    found = lookup(message, plural or message, count, plugin) if lookup else english
    return (found or english) % values if values else (found or english)


def speaker(depth: int = 2) -> str:
    """Return the plugin whose code is *depth* calls above, or the one whose act is running; empty when there is none."""
    package = str(sys._getframe(depth).f_globals.get("__name__", "")).partition(".")[0]
    if package.startswith("dihya_") and package not in ("dihya_hookspecs", "dihya_core"):
        return package.removeprefix("dihya_")
    from .acts import _current

    act = _current.get(None)
    return str(getattr(act, "plugin", ""))


def use(code: str, lookup: Lookup | None) -> None:
    """Answer in this language from now on, in this context; called by the i18n plugin."""
    language.set(code)
    _lookup.set(lookup)


@hookspec(kind="collect", result=Language, on_error="quarantine", found=("languages:LANGUAGES",))
def register_languages() -> Language | list[Language]:  # type: ignore[empty-body]
    """Return the languages that people can choose; catalogues are found as ``translations/<code>.po`` in each plugin."""
