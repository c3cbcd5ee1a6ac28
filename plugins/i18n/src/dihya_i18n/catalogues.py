"""Catalogues: what every plugin says in one language, and what all of them share."""

from __future__ import annotations

import gettext
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import NamedTuple

from babel.messages.pofile import PoFileError, read_po

log = logging.getLogger("dihya.i18n")
HOME = "i18n"
CONTEXT = "\x04"  # what gettext puts between a message's context and the message


class Phrase(NamedTuple):
    """A translation: its plural forms, and which of them fits a count."""

    forms: tuple[str, ...]
    form: Callable[[int], int]


@dataclass(frozen=True)
class Catalogue:
    """All phrases of one language, by English message.

    Attributes:
        own: plugin → its own phrases.
        shared: what ``i18n`` says for all, and what one plugin alone (or all alike) says.
    """

    code: str
    own: Mapping[str, Mapping[str, Phrase]] = field(default_factory=dict, repr=False)
    shared: Mapping[str, Phrase] = field(default_factory=dict, repr=False)

    def phrase(self, message: str, plugin: str = "") -> Phrase | None:
        """Return what *plugin* says for *message*, or else what is shared."""
        return self.own.get(plugin, {}).get(message) or self.shared.get(message)

    def find(self, message: str, plugin: str = "") -> str | None:
        """Return the translation of *message*, or None."""
        phrase = self.phrase(message, plugin)
        return phrase.forms[0] if phrase else None

    def lookup(self, message: str, plural: str, count: int | None, plugin: str = "") -> str:
        """Return the translation that fits *count* (None for no plural), or the English."""
        phrase = self.phrase(message, plugin)
        if phrase is None:
            return message.rpartition(CONTEXT)[2] if count is None or count == 1 else plural
        if count is None:
            return phrase.forms[0]
        return phrase.forms[min(phrase.form(abs(count)), len(phrase.forms) - 1)]


def load(code: str, folders: Mapping[str, Path]) -> Catalogue:
    """Return the catalogue of one language: ``translations/<code>.po`` of every plugin.

    A file that cannot be read is left out and reported: a wrong comma in one plugin must not take all words away.
    """
    own: dict[str, Mapping[str, Phrase]] = {}
    for plugin, folder in folders.items():
        path = folder / "translations" / f"{code}.po"
        if not path.is_file():
            continue
        try:
            own[plugin] = read(path)
        except (PoFileError, ValueError, OSError) as error:
            log.error("catalogue %s of plugin %r cannot be read: %s", path.name, plugin, error)
    return Catalogue(code, own, _shared(own))


def _shared(own: Mapping[str, Mapping[str, Phrase]]) -> dict[str, Phrase]:
    """Return what may be said for anybody: where two plugins differ, each is right at home and neither elsewhere."""
    shared: dict[str, Phrase] = {}
    differing = set()
    for phrases in own.values():
        for message, phrase in phrases.items():
            if shared.setdefault(message, phrase).forms != phrase.forms:
                differing.add(message)
    return {message: phrase for message, phrase in shared.items() if message not in differing} | dict(own.get(HOME, {}))


def read(path: Path) -> Mapping[str, Phrase]:
    """Return the finished phrases of one PO file, with the plural rule of its header. Raises ValueError, PoFileError."""
    there = path.stat()
    return _read(path, there.st_ino, there.st_mtime_ns, there.st_size)


@cache
def _read(path: Path, *_file: int) -> Mapping[str, Phrase]:
    """Read a file once in a process, as long as it is the same."""
    with path.open("rb") as file:
        catalog = read_po(file, locale=path.stem, abort_invalid=True)
    form = gettext.c2py(catalog.plural_expr)
    phrases = {}
    for message in catalog:
        forms = tuple(map(str, message.string if isinstance(message.string, (tuple, list)) else [message.string or ""]))
        key = message.id if isinstance(message.id, str) else message.id[0]
        if key and message.context:
            key = f"{message.context}{CONTEXT}{key}"
        if key and not message.fuzzy and all(forms):
            phrases[key] = Phrase(forms, form)
    return phrases
