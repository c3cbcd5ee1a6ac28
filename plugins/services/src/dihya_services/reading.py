"""What a sentence says about each trade, word by word, so that a choice can be explained and a doubt asked back."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from dihya_hookspecs.generation import Sector, Template

from .lemmas import Word, fold, shared_words, words
from .reading_words import listed_as
from .sentence import phrase as exact
from .sentence import small_words

SHARED = 0.5
"""What a word is worth that other trades use too; a word of one trade alone is worth 1."""
Phrase = tuple[frozenset[str], ...]
"""The lemmas of each word of a phrase of a vocabulary."""


@dataclass(frozen=True, slots=True)
class Business:
    """A name of a business in a sentence: of which trade, as it was written, and whether the sentence begins with it."""

    trade: str
    text: str
    first: bool

    @property
    def words(self) -> list[str]:
        """The words of the name, articles and prepositions left out."""
        return [word.text for word in words(self.text) if fold(word.text) not in small_words()]


@dataclass(frozen=True, slots=True)
class Reading:
    """A sentence with what its words speak for.

    Attributes:
        words: every word in order, the common ones too.
        said: trade → the words of the sentence that speak for it, as they were written.
        scores: trade → what these words are worth together.
        business: what the sentence calls the business itself, where its words name one trade by that.
    """

    words: Sequence[Word]
    said: Mapping[str, Sequence[str]] = field(default_factory=dict)
    scores: Mapping[str, float] = field(default_factory=dict)
    business: Business | None = None


def phrase(text: str) -> Phrase:
    """Return the lemmas of a phrase of a vocabulary, one set a word, small words left out."""
    every = words(text)
    return tuple(word.lemmas for word in ([word for word in every if not word.common] or every))


@dataclass(frozen=True, slots=True)
class Hit:
    """A phrase of a trade that was found in a sentence: at which of its content words, and as it was written."""

    start: int
    words: Sequence[Word]

    @property
    def place(self) -> tuple[int, int]:
        """Where it starts, and how many words it has."""
        return self.start, len(self.words)

    @property
    def text(self) -> str:
        """The words as they were written."""
        return " ".join(word.text for word in self.words)


class Vocabulary:
    """The words of every trade: of the templates, and of the sectors that none covers."""

    def __init__(self, trades: Iterable[Template | Sector]) -> None:
        every = list(trades)
        self.phrases = {trade.name: tuple(dict.fromkeys(map(phrase, trade.words))) for trade in every}
        named = [(trade.name, exact(name)) for trade in every for name in getattr(trade, "names", ())]
        self.names = sorted(named, key=lambda pair: len(pair[1]))  # the longest of a trade comes last

    def read(self, text: str) -> Reading:
        """Return what *text* says. A phrase counts once for a trade, and a word for the longest phrase that it stands in."""
        said = words(text)
        content = [word for word in said if not word.common] or said
        found = {name: hits for name, phrases in self.phrases.items() if (hits := _hits(content, phrases))}
        held = Counter(hit.place for hits in found.values() for hit in hits)
        return Reading(
            said,
            {name: [hit.text for hit in hits] for name, hits in found.items()},
            {name: sum(_worth(hit, held) for hit in hits) for name, hits in found.items()},
            self._business(said, text),
        )

    def _business(self, said: Sequence[Word], sentence: str) -> Business | None:
        """Return the business that the sentence begins with, or that stands behind an article: “orders of a bakery”.

        Words that say nothing about a trade may come first: “manage a small bakery”.
        """
        content = [at for at, word in enumerate(said) if fold(word.text) not in small_words()]
        first = next((at for at, place in enumerate(content) if not said[place].common), 0)
        for start, place in enumerate(content):
            rest = content[start:]
            lengths = {trade: len(name) for trade, name in self.names if _begins([said[at] for at in rest], name)}
            longest = [trade for trade, length in lengths.items() if length == max(lengths.values())]
            if not longest or (start > first and not _apart(said, rest[: lengths[longest[0]]])):
                continue
            text = _as_written(sentence, [said[at].text for at in range(place, rest[lengths[longest[0]] - 1] + 1)])
            return Business(longest[0], text, first=start <= first) if len(longest) == 1 else None
        return None


def uncovered(reading: Reading, template: Template, used: frozenset[str] = frozenset()) -> list[str]:
    """Return the words of a sentence, as they were written, for which neither a template nor anything else has a place.

    Args:
        used: lemmas of the words that brought something else.
    """
    covered = {lemma for text in texts(template) for word in words(text) for lemma in word.lemmas} | used
    found: dict[frozenset[str], str] = {}
    for word in reading.words:
        if not word.common and not word.lemmas & covered:
            found.setdefault(word.lemmas, word.text)
    return list(found.values())


def texts(template: Template) -> Iterable[str]:
    """Yield everything that a template calls by name: its words, tables, fields, options and roles, in both languages."""
    yield from template.words
    named: list[object] = [template.title, template.description]
    named += [role.get("title") for role in template.roles]
    named += [option.get("x-title") for option in template.options.get("properties", {}).values()]
    for entity in template.entities:
        named += [entity.get("title"), entity.get("one"), entity["name"]]
        for each in entity["fields"]:
            named += [each.get("label"), each["name"], *(each.get("choices") or ())]
    for name in named:
        yield from _said(name)


def _worth(hit: Hit, held: Mapping[tuple[int, int], int]) -> float:
    """A word that another trade uses too, or many do, is worth half; a phrase says more than its words."""
    alone = len(hit.words) == 1 and hit.words[0].lemmas & shared_words()
    return SHARED if held[hit.place] > 1 or alone else 1.0


def _apart(said: Sequence[Word], places: Sequence[int]) -> bool:
    """True for words behind an article or “of”, which no noun follows at once as in “school newspaper”."""
    before, after = fold(said[places[0] - 1].text), said[places[-1] + 1 : places[-1] + 2]
    return before in small_words() - listed_as("links") and all(word.common for word in after)


def _as_written(sentence: str, parts: Sequence[str]) -> str:
    """Return the place of a sentence where words stand one after the other, with what is too short to be a word: “salle d'escalade”."""
    composed = unicodedata.normalize("NFC", sentence)
    between = r"\W+(?:\w\W+)?"
    found = re.search(between.join(re.escape(part).replace("'", "['’]") for part in parts), composed, re.IGNORECASE)
    return found[0] if found else " ".join(parts)


def _begins(content: Sequence[Word], name: Phrase) -> bool:
    return len(name) <= len(content) and all(word.lemmas & lemmas for word, lemmas in zip(content, name, strict=False))


def _said(name: object) -> Iterable[str]:
    if isinstance(name, Mapping):
        yield from (str(text) for text in name.values())
    elif isinstance(name, str):
        yield name.replace("_", " ")
    elif hasattr(name, "en"):
        yield from (name.en, name.fr)  # type: ignore[attr-defined]


def _hits(content: Sequence[Word], phrases: Iterable[Phrase]) -> list[Hit]:
    """Return where the phrases of one trade stand in a sentence, in its order; a phrase said again counts once."""
    found: list[Hit] = []
    taken: set[int] = set()
    said = frozenset(lemma for word in content for lemma in word.lemmas)
    for each in sorted((each for each in phrases if not said.isdisjoint(each[0])), key=len, reverse=True):
        places = [
            start
            for start in range(len(content) - len(each) + 1)
            if all(content[start + at].lemmas & lemmas for at, lemmas in enumerate(each))
            and taken.isdisjoint(range(start, start + len(each)))
        ]
        for start in places:
            taken.update(range(start, start + len(each)))
        if places:
            found.append(Hit(places[0], content[places[0] : places[0] + len(each)]))
    return sorted(found, key=lambda hit: hit.start)
