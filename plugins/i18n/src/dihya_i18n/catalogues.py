"""Catalogues: what every plugin says in one language, merged."""

from __future__ import annotations

import gettext
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from babel.messages.pofile import PoFileError, read_po

log = logging.getLogger("dihya.i18n")


class Phrase(NamedTuple):
    """A translation: its plural forms, and which of them fits a count."""

    forms: tuple[str, ...]
    form: Callable[[int], int]


@dataclass(frozen=True)
class Catalogue:
    """All phrases of one language, by English message."""

    code: str
    phrases: Mapping[str, Phrase] = field(default_factory=dict, repr=False)

    def find(self, message: str) -> str | None:
        """Return the translation of *message*, or None."""
        phrase = self.phrases.get(message)
        return phrase.forms[0] if phrase else None

    def lookup(self, message: str, plural: str, count: int | None) -> str:
        """Return the translation that fits *count* (None for no plural), or the English."""
        phrase = self.phrases.get(message)
        if phrase is None:
            return message if count is None or count == 1 else plural
        if count is None:
            return phrase.forms[0]
        return phrase.forms[min(phrase.form(abs(count)), len(phrase.forms) - 1)]


def load(code: str, folders: Mapping[str, Path]) -> Catalogue:
    """Return the catalogue of one language: ``translations/<code>.po`` of every plugin, the first in order winning.

    A file that cannot be read is left out and reported: a wrong comma in one plugin must not take all words away.
    """
    phrases: dict[str, Phrase] = {}
    for plugin, folder in folders.items():
        path = folder / "translations" / f"{code}.po"
        if not path.is_file():
            continue
        try:
            found = read(path)
        except (PoFileError, ValueError, OSError) as error:
            log.error("catalogue %s of plugin %r cannot be read: %s", path.name, plugin, error)
            continue
        phrases = found | phrases
    return Catalogue(code, phrases)


def read(path: Path) -> dict[str, Phrase]:
    """Return the finished phrases of one PO file, with the plural rule of its header. Raises ValueError, PoFileError."""
    with path.open("rb") as file:
        catalog = read_po(file, locale=path.stem, abort_invalid=True)
    form = gettext.c2py(catalog.plural_expr)
    phrases = {}
    for message in catalog:
        forms = tuple(map(str, message.string if isinstance(message.string, (tuple, list)) else [message.string or ""]))
        key = message.id if isinstance(message.id, str) else message.id[0]
        if key and not message.fuzzy and all(forms):
            phrases[key] = Phrase(forms, form)
    return phrases
