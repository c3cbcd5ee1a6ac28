"""Misspelt words, read as the word that they are nearly; never a guess between two."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from dihya_hookspecs.i18n import Text

from .lemmas import common_words, fold, is_known, words

SHORTEST = 5
"""Shorter words are as near to each other as a misspelt one is to the right one."""
LONG, EDITS, EDITS_OF_LONG = 9, 1, 2
"""Letters from which on two edits are forgiven rather than one."""
NEARLY = 80.0
"""How like a thing's word one must be to be offered for a word that was not understood, of 100."""
_WORD = re.compile(r"[^\W\d_]+")


class Spelling:
    """Knows the words that a sentence can be read by; one is kept for readers of every language.

    Args:
        known: words of blocks, trades and fields, with the titles of what they name.
    """

    def __init__(self, known: Iterable[tuple[str, Text]]) -> None:
        self._titles: dict[str, dict[Text, None]] = {}
        self._spelled: dict[str, str] = {}
        for text, title in known:
            for word in words(text):
                if len(word.text) >= SHORTEST - 1:
                    self._spelled.setdefault(fold(word.text), word.text)
                    self._titles.setdefault(fold(word.text), {})[title] = None
        self._lemmas = {lemma for text in self._spelled for word in words(text) for lemma in word.lemmas}

    def corrected(self, text: str) -> tuple[str, Mapping[str, str]]:
        """Return a text with its misspelt words replaced, and what each of these was written as."""
        written: dict[str, str] = {}

        def better(found: re.Match[str]) -> str:
            word = found.group()
            right = self._meant(word)
            if not right:
                return word
            written[right] = word
            return right

        return _WORD.sub(better, text), written

    def offers(self, word: str) -> Sequence[Text]:
        """Return the titles of up to three things that are called nearly like a word."""
        from rapidfuzz import fuzz, process

        near = process.extract(fold(word), self._titles.keys(), scorer=fuzz.ratio, limit=3, score_cutoff=NEARLY)
        return list(dict.fromkeys(title for each, _score, _place in near for title in self._titles[each]))[:3]

    def _meant(self, word: str) -> str:
        """Return the one word that a misspelt one is nearest to; empty where a dictionary has it, or two are as near."""
        folded = fold(word)
        if len(folded) < SHORTEST or folded in common_words() or self._is_known(word, folded):
            return ""
        from rapidfuzz import process
        from rapidfuzz.distance import DamerauLevenshtein

        edits = EDITS_OF_LONG if len(folded) >= LONG else EDITS
        stem = folded.removesuffix("s")
        near = process.extract(
            stem, [each for each in self._spelled if each[0] == folded[0]], scorer=DamerauLevenshtein.distance,
            limit=8, score_cutoff=edits,
        )  # fmt: skip
        best = [each for each, distance, _place in near if distance == near[0][1]]
        meant = {frozenset(next(iter(words(each))).lemmas) for each in best}
        alike = len(meant) == 1 or bool(meant) and bool(frozenset.intersection(*meant))
        return self._spelled[best[0]] if alike else ""

    def _is_known(self, word: str, folded: str) -> bool:
        lemmas = {lemma for each in words(word) for lemma in each.lemmas}
        return bool(lemmas & self._lemmas) or is_known(word.lower()) or is_known(folded)
