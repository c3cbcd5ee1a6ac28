"""A sentence in a language that is not read: which one it seems to be, so that the person is told."""

from __future__ import annotations

import unicodedata

from dihya_hookspecs.i18n import gettext as _

from .reading_words import listed_as
from .sentence import Sentence

SOME = 2
"""Small words of a language that tell it; one may stand in any sentence."""


def foreign(sentence: Sentence) -> str:
    """Return a sentence for whoever wrote in another language than French or English; empty for all others."""
    name = _script("".join(token.text for token in sentence.tokens)) or _language(
        [each.folded for each in sentence.tokens]
    )
    if not name:
        return ""
    return _(
        "this sentence seems to be in %(language)s; French and English are read, so say it in one of them, or choose what fits",
        language=name,
    )


def _script(letters: str) -> str:
    """Return the name of a language that is not written in Latin letters, where most letters are its own."""
    other = [unicodedata.name(each, "?").split()[0] for each in letters if each.isalpha()]
    other = [each for each in other if each != "LATIN"]
    if 2 * len(other) <= sum(each.isalpha() for each in letters):
        return ""
    return _("Arabic") if "ARABIC" in other else _("a language that is not written in Latin letters")


def _language(said: list[str]) -> str:
    counts = {
        name: sum(word in listed_as(name) for word in said) for name in ("german", "spanish", "french", "english")
    }
    best = max(counts, key=lambda name: counts[name])
    if counts[best] < SOME or counts[best] <= max(counts["french"], counts["english"]):
        return ""
    return _("German") if best == "german" else _("Spanish")
