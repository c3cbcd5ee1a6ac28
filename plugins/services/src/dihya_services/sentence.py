"""A sentence as its clauses, the items that they list, and their words."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from .lemmas import Word, fold, is_known, lemmatize, listed, words
from .reading_words import listed_as

_PART = re.compile(r"[^\W_]+")
_NOT = re.compile(r"n['’]t\b")
_BREAK = re.compile(r"[,;:.!?()\n\[\]{}|/+]| [-–—] ")


@dataclass(frozen=True, slots=True)
class Token:
    """One word of a sentence, or a number.

    Attributes:
        word: None for a number and for a single letter.
        clause, item: which clause it stands in, and which item of the whole sentence's lists.
        small: True for an article or a preposition, which stands between the words of a phrase.
        behind: True where it follows the word before it without any small word between.
    """

    text: str
    word: Word | None
    clause: int
    item: int
    small: bool
    behind: bool

    @property
    def folded(self) -> str:
        """The word without accents."""
        return fold(self.text)


@dataclass(frozen=True, slots=True)
class Sentence:
    """The tokens of a sentence.

    Attributes:
        content: which of the tokens may name something, in order.
        words: these tokens' words.
        signs: the sign with which each clause begins, the first with none.
        language: ``fr`` or ``en``, as its small words tell.
    """

    tokens: Sequence[Token]
    content: Sequence[int]
    words: Sequence[Word]
    signs: Sequence[str]
    language: str

    def token(self, place: int) -> Token:
        """Return the token of the content word at *place*."""
        return self.tokens[self.content[place]]

    def places(self, said: Sequence[str]) -> Sequence[int]:
        """Return the content words that are these, one behind the other; none where they are not all there."""
        texts = [word.text for word in self.words]
        starts = (at for at in range(len(texts)) if texts[at : at + len(said)] == list(said))
        return range(start, start + len(said)) if (start := next(starts, None)) is not None else ()

    def text(self, start: int, length: int) -> str:
        """Return content words as they were written, without what stands between them."""
        return " ".join(self.token(place).text for place in range(start, start + length))

    def whole(self, start: int, length: int) -> str:
        """Return content words as they were written, with the small words between them."""
        first, last = self.content[start], self.content[start + length - 1]
        pieces = [token.text for token in self.tokens[first : last + 1]]
        return re.sub(r"\b([dlnsjmtcDL]|qu) ", r"\1'", " ".join(pieces))

    def joined(self, place: int, links: frozenset[str]) -> bool:
        """True where nothing stands between this content word and the one before it but one of *links* and an article."""
        between = self.tokens[self.content[place - 1] + 1 : self.content[place]]
        same = self.token(place).item == self.token(place - 1).item
        return same and bool(between) and between[0].folded in links and len(between) < 3


def phrase(text: str) -> tuple[frozenset[str], ...]:
    """Return the lemmas of each word of a phrase, the small words between them left out."""
    every = words(text)
    return tuple(word.lemmas for word in ([word for word in every if fold(word.text) not in small_words()] or every))


@cache
def small_words() -> frozenset[str]:
    """Return articles and prepositions, folded."""
    return frozenset(listed("small_words.txt"))


def parsed(text: str) -> Sentence:
    """Return the clauses, items and words of a text."""
    composed = _NOT.sub("   ", unicodedata.normalize("NFC", text.lower()).replace("’", "'"))
    tokens: list[Token] = []
    signs = [""]
    clause = item = end = 0
    behind = False
    for found in _PART.finditer(composed):
        between = composed[end : found.start()]
        end = found.end()
        if tokens and (sign := _BREAK.search(between)):
            clause, item, behind = clause + 1, item + 1, False
            signs.append(sign.group().strip())
        folded = fold(found.group())
        small = folded in small_words()
        if tokens and folded in listed_as("links"):
            item, behind = item + 1, False
        word = next(iter(words(found.group())), None)
        tokens.append(Token(found.group(), word, clause, item, small, behind))
        behind = not small
    content = [at for at, token in enumerate(tokens) if token.word is not None and not token.small]
    return Sentence(tokens, content, [word for at in content if (word := tokens[at].word)], signs, _language(tokens))


def _language(tokens: Sequence[Token]) -> str:
    said = [token.folded for token in tokens]
    english, french = (sum(word in listed_as(name) for word in said) for name in ("english", "french"))
    if english == french:
        english, french = (sum(is_known(token.text, (code,)) for token in tokens) for code in ("en", "fr"))
    return "en" if english > french else "fr"


def is_plural(word: Word, language: str) -> bool:
    """True for a word that says of itself that it means several."""
    lemma, spelled = fold(lemmatize(word.text, lang=language)), fold(word.text)
    if lemma == spelled:  # a word that no dictionary has says it by its ending alone
        if spelled in listed_as("invariable"):
            return False
        return spelled.endswith("s") and not spelled.endswith(("ss", "us", "is")) and not is_known(word.text)
    return (spelled[-1] in "sx" or language == "en") and not is_participle(word, language)


def is_participle(word: Word, language: str) -> bool:
    """True for “prêtés”, “rendu”, “handed”: a form of a verb that stands behind what it is said of."""
    lemma, spelled = fold(lemmatize(word.text, lang=language)), fold(word.text)
    if language == "en":
        return lemma != spelled and (spelled.endswith("ed") or spelled in listed_as("participles"))
    ending = re.search(r"(e|i|u)e?s?$", spelled)
    return (
        lemma != spelled and lemma[-2:] in ("er", "ir", "re") and bool(ending) and lemma not in (spelled[:-1], spelled)
    )
