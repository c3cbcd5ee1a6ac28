"""Words of a text, with the lemma of each in French and in English, so that inflected forms meet."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

LANGUAGES = ("fr", "en")
_WORD = re.compile(r"[^\W_]+")
_NOT = re.compile(r"n['’]t\b")


@dataclass(frozen=True, slots=True)
class Word:
    """One word as it was written, with its lemmas, folded."""

    text: str
    lemmas: frozenset[str]

    @property
    def common(self) -> bool:
        """True for a word that says nothing about what is to be managed: an article, “manage”, “list”."""
        return fold(self.text) in common_words()


def words(text: str) -> list[Word]:
    """Return the words of a text that have two letters or more, in order."""
    composed = unicodedata.normalize("NFC", text.lower()).replace("’", "'")
    return [
        Word(found, _lemmas(found))
        for found in _WORD.findall(_NOT.sub(" ", composed))
        if len(found) > 1 and not found.isdigit()
    ]


def fold(text: str) -> str:
    """Return a text in lower case, without accents and ligatures."""
    plain = unicodedata.normalize("NFKD", text.lower().replace("œ", "oe").replace("æ", "ae"))
    return "".join(sign for sign in plain if not unicodedata.combining(sign))


@cache
def common_words() -> frozenset[str]:
    """Return the words that say nothing about a trade, folded."""
    return frozenset(map(fold, listed("common_words.txt")))


@cache
def shared_words() -> frozenset[str]:
    """Return the lemmas of words that many trades use."""
    return frozenset(lemma for word in listed("shared_words.txt") for lemma in _lemmas(word))


def listed(name: str) -> Iterator[str]:
    """Yield the words of a file of this package; lines that begin with # are comments."""
    text = files(__package__).joinpath(name).read_text("utf-8")
    return (word for line in text.splitlines() if not line.startswith("#") for word in line.split())


@cache
def lemmatize(word: str, lang: str) -> str:
    """Return the lemma of a word in a language."""
    from simplemma import lemmatize  # its dictionaries take 0.1 s to open: only who reads a sentence pays

    return lemmatize(word, lang=lang)


@cache
def is_known(word: str, languages: tuple[str, ...] = LANGUAGES) -> bool:
    """True for a word that a dictionary of one of the languages has."""
    from simplemma import is_known

    return any(is_known(word, lang=language) for language in languages)


@cache
def _lemmas(word: str) -> frozenset[str]:
    folded = fold(word)
    spellings = {word, folded, folded[:-1] if len(folded) > 4 and folded.endswith("s") else folded}
    return frozenset(
        {*spellings, *(lemmatize(each, lang=language) for each in spellings for language in LANGUAGES)} - {""}
    ) | {fold(lemmatize(word, lang=language)) for language in LANGUAGES}
