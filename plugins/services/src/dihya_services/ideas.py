"""An idea in somebody's own words: what of it is kept, when it is too little or too much, and which options it names."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from typing import Any

from dihya_hookspecs import Flaw, Invalid
from dihya_hookspecs.i18n import gettext as _

LETTERS = 3
DIRECTIONS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")
"""Characters that make text read otherwise than it is stored."""


def clean(idea: str, limit: int) -> str:
    """Return the idea without control characters. Raises Invalid for one that is too short, too long or without letters.

    Any language and any symbol is welcome; joiners stay, because scripts and emoji are written with them.
    """
    text = unicodedata.normalize("NFC", idea).replace("\r\n", "\n").replace("\r", "\n")
    text = "".join(
        one
        for one in text
        if one in "\n\t" or (unicodedata.category(one) not in ("Cc", "Cs", "Cn") and one not in DIRECTIONS)
    ).strip()
    if not text:
        raise _refuse(_("the idea is empty; say in a sentence what the plugin should manage"))
    if sum(one.isalpha() for one in text) < LETTERS:
        raise _refuse(
            _(
                "the idea has fewer than %(count)s letters; say in a sentence what the plugin should manage",
                count=LETTERS,
            )
        )
    if len(text) > limit:
        raise _refuse(
            _("the idea has %(got)s characters, and at most %(limit)s are read; shorten it", got=len(text), limit=limit)
        )
    return text


def _refuse(sentence: str) -> Invalid:
    return Invalid(sentence, code="idea", flaws=[Flaw("/idea", sentence, "idea")])


def words(text: str) -> set[str]:
    """The words of a text, in lower case, without accents and plural endings."""
    plain = "".join(one for one in unicodedata.normalize("NFD", text.lower()) if not unicodedata.combining(one))
    return {_singular(word) for word in re.findall(r"\w{3,}", plain)}


def _singular(word: str) -> str:
    return word[:-1] if len(word) > 3 and word[-1] in "sx" else word


def named_options(idea: str, schema: Mapping[str, Any]) -> dict[str, Any]:
    """Return the switches of a template that the idea names in either language: “dons” turns the donations on."""
    said = words(idea)
    found: dict[str, Any] = {}
    for name, option in schema.get("properties", {}).items():
        titles = " ".join(str(text) for text in option.get("x-title", {}).values())
        if option.get("type") == "boolean" and said & words(titles):
            found[name] = True
    return found
