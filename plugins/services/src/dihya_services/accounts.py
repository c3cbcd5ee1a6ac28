"""Every word of a sentence, and what became of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from dihya_hookspecs.generation import Template, WordUse

from .lemmas import fold, words
from .reading import Reading, texts
from .reading_words import listed_as
from .sentence import Sentence, Token
from .understanding import Say


@dataclass(frozen=True, slots=True)
class Background:
    """What explains the words that named nothing of their own.

    Attributes:
        sectors: lemma → title of the trade for which it speaks.
        options, roles: lemma → title.
        covered: lemmas of whatever the template calls by name.
    """

    sectors: Mapping[str, str]
    options: Mapping[str, str]
    roles: Mapping[str, str]
    covered: frozenset[str]


def background(reading: Reading, titles: Mapping[str, str], template: Template | None, say: Say) -> Background:
    """Return what explains the words of a sentence, given the *template* that was chosen for it, if any."""
    chosen = [template.name] if template and template.name in reading.said else [*reading.said]
    sectors = {lemma: titles[name] for name in chosen for text in reading.said[name] for lemma in _lemmas([text])}
    if template is None:
        return Background(sectors, {}, {}, frozenset())
    options = {
        lemma: say(option["x-title"])
        for option in template.options.get("properties", {}).values() if "x-title" in option
        for lemma in _lemmas(option["x-title"].values())
    }  # fmt: skip
    roles = {
        lemma: say(role["title"])
        for role in template.roles if isinstance(role.get("title"), Mapping)
        for lemma in _lemmas(role["title"].values())
    }  # fmt: skip
    return Background(sectors, options, roles, frozenset(_lemmas(texts(template))))


def account(
    sentence: Sentence, uses: Mapping[int, tuple[int, WordUse]], known: Background,
    written: Mapping[str, str], offers: Callable[[str], Sequence[str]],
) -> list[WordUse]:  # fmt: skip
    """Return what became of each word, in the order of the sentence.

    Args:
        uses: content word at which a phrase begins → its length, and what became of it.
        written: what misspelt words were written as.
    """
    found: list[WordUse] = []
    places = {at: place for place, at in enumerate(sentence.content)}
    at = 0
    while at < len(sentence.tokens):
        place = places.get(at)
        if place is not None and place in uses:
            length, use = uses[place]
            last = sentence.content[place + length - 1]
            found.append(_misspelt(use, [token.text for token in sentence.tokens[at : last + 1]], written))
            at = last + 1
            continue
        token = sentence.tokens[at]
        found.append(_misspelt(_alone(token, known, offers), [token.text], written))
        at += 1
    return found


def _misspelt(use: WordUse, said: Sequence[str], written: Mapping[str, str]) -> WordUse:
    """Return a use with the words as they were written, where some of these were read as others."""
    text = use.text
    for word in said:
        text = re.sub(rf"\b{re.escape(word)}\b", written.get(word, word), text)
    return use if text == use.text else replace(use, text=text, read_as=use.text)


def _alone(token: Token, known: Background, offers: Callable[[str], Sequence[str]]) -> WordUse:
    if token.word is None:
        return WordUse(token.text, "quantity" if token.text.isdigit() else "common")
    lemmas = token.word.lemmas
    for use, titles in (("sector", known.sectors), ("role", known.roles), ("option", known.options)):
        for lemma in sorted(lemmas & titles.keys()):
            return WordUse(token.text, use, titles[lemma])  # type: ignore[arg-type]
    if (
        token.small
        or token.word.common
        or fold(token.text) in frozenset.union(*map(listed_as, ("clausal", "opening", "only", "seeing")))
    ):
        return WordUse(token.text, "common")
    if lemmas & known.covered:
        return WordUse(token.text, "sector")
    return WordUse(token.text, "unknown", offers=tuple(offers(token.text)))


def unknown(uses: Iterable[WordUse]) -> tuple[str, ...]:
    """Return the words for which there would be nothing, each once."""
    return tuple(dict.fromkeys(use.text for use in uses if use.use == "unknown"))


def _lemmas(said: Iterable[Any]) -> set[str]:
    return {lemma for text in said for word in words(str(text)) if not word.common for lemma in word.lemmas}
