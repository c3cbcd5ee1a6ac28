"""Which business things a sentence names, wants without, or may mean; decided by its words and their neighbours."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import accumulate

from dihya_hookspecs.generation import Block

from .lemmas import Word, fold, words
from .reading import Phrase

WITHOUT = frozenset(
    ["sans", "hors", "sauf", "excepte", "pas", "aucun", "aucune", "without", "no", "not", "except", "minus"]
)
"""Words after which a thing is left out, folded."""
SMALL = frozenset(
    [
        "de",
        "du",
        "des",
        "d",
        "le",
        "la",
        "les",
        "l",
        "un",
        "une",
        "au",
        "aux",
        "a",
        "en",
        "par",
        "pour",
        "dans",
        "sur",
        "avec",
        "et",
        "ou",
        "ni",
        "son",
        "sa",
        "ses",
        "leur",
        "leurs",
        "nos",
        "notre",
        "mes",
        "mon",
        "ma",
        "the",
        "an",
        "any",
        "of",
        "for",
        "to",
        "in",
        "on",
        "at",
        "by",
        "with",
        "from",
        "and",
        "or",
        "nor",
        "our",
        "their",
        "his",
        "her",
        "my",
        "its",
    ]
)
"""Words between the words of a phrase, folded; a “without” goes on over them to the next thing."""
_BREAK = re.compile(r"[,;:.!?()\n]| [-–—] ")
NEAR = 6
"""Words on each side among which a neighbour decides."""


@dataclass(frozen=True, slots=True)
class Thing:
    """A block that a sentence names: the words as they were written."""

    block: Block
    text: str


@dataclass(frozen=True, slots=True)
class Things:
    """What a sentence says about business things.

    Attributes:
        named: in the order of the sentence, each block once.
        left_out: what it wants without.
        doubtful: words that several blocks claim and no neighbour decides, with these blocks.
        lemmas: of every word that was used for something.
    """

    named: Sequence[Thing] = ()
    left_out: Sequence[Thing] = ()
    doubtful: Sequence[tuple[str, Sequence[Block]]] = ()
    lemmas: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Claim:
    """A phrase by which a block may be named; *near* are lemmas one of which must be in sight, none where it is plain."""

    block: Block
    phrase: Phrase
    near: frozenset[str] = frozenset()


@dataclass(slots=True)
class _Found:
    named: dict[str, Thing] = field(default_factory=dict)
    left_out: dict[str, Thing] = field(default_factory=dict)
    doubtful: dict[str, Sequence[Block]] = field(default_factory=dict)
    lemmas: set[str] = field(default_factory=set)


class Dictionary:
    """The words of all blocks, by the lemma with which a phrase begins."""

    def __init__(self, blocks: Iterable[Block]) -> None:
        self._claims: dict[str, list[Claim]] = defaultdict(list)
        for block in blocks:
            for text in block.words:
                self._add(Claim(block, _phrase(text)))
            for texts, near in block.maybe:
                sight = frozenset(lemma for word in near for each in words(word) for lemma in each.lemmas)
                for text in texts:
                    self._add(Claim(block, _phrase(text), sight))

    def _add(self, claim: Claim) -> None:
        for lemma in claim.phrase[0]:
            self._claims[lemma].append(claim)

    def read(self, text: str, favoured: Collection[str] = ()) -> Things:
        """Return what *text* says.

        Args:
            favoured: blocks of the trade that it speaks of; where a word could mean several things, one of these is meant.
        """
        clauses = [[word for word in words(part) if fold(word.text) not in SMALL] for part in _BREAK.split(text)]
        content = [word for clause in clauses for word in clause]
        bounds = [
            (start, start + len(clause))
            for clause, start in zip(clauses, _starts(clauses), strict=True)
            for _ in clause
        ]
        found, place = _Found(), 0
        while place < len(content):
            claims = self._longest(content, place, bounds[place][1])
            if not claims:
                place += 1
                continue
            length = len(claims[0].phrase)
            self._take(claims, content, place, bounds[place][0], favoured, found)
            place += length
        return Things(
            tuple(thing for name, thing in found.named.items() if name not in found.left_out),
            tuple(found.left_out.values()), tuple(found.doubtful.items()), frozenset(found.lemmas),
        )  # fmt: skip

    def _longest(self, content: Sequence[Word], place: int, end: int) -> list[Claim]:
        """Return the claims on the words from *place* on and before *end*, only those that take the most words."""
        found: dict[int, list[Claim]] = defaultdict(list)
        seen: set[tuple[str, Phrase, frozenset[str]]] = set()
        for lemma in sorted(content[place].lemmas):
            for claim in self._claims.get(lemma, ()):
                key = (claim.block.name, claim.phrase, claim.near)
                if key not in seen and _stands(claim.phrase, content[place:end]):
                    seen.add(key)
                    found[len(claim.phrase)].append(claim)
        return found[max(found)] if found else []

    def _take(
        self,
        claims: Sequence[Claim],
        content: Sequence[Word],
        place: int,
        begin: int,
        favoured: Collection[str],
        found: _Found,
    ) -> None:
        length = len(claims[0].phrase)
        here = content[place : place + length]
        text = " ".join(word.text for word in here)
        blocks = _decided(claims, _sight(content, place, length), favoured)
        if not blocks:
            return
        found.lemmas.update(lemma for word in here for lemma in word.lemmas)
        if len(blocks) > 1:
            found.doubtful.setdefault(text, blocks)
            return
        target = found.left_out if _unwanted(content[begin:place], found) else found.named
        target.setdefault(blocks[0].name, Thing(blocks[0], text))


def _phrase(text: str) -> Phrase:
    """Return the lemmas of each word of a phrase, the small words between them left out."""
    every = words(text)
    return tuple(word.lemmas for word in ([word for word in every if fold(word.text) not in SMALL] or every))


def _stands(wanted: Phrase, content: Sequence[Word]) -> bool:
    return len(wanted) <= len(content) and all(
        word.lemmas & lemmas for word, lemmas in zip(content, wanted, strict=False)
    )


def _sight(content: Sequence[Word], place: int, length: int) -> frozenset[str]:
    around = [*content[max(0, place - NEAR) : place], *content[place + length : place + length + NEAR]]
    return frozenset(lemma for word in around for lemma in word.lemmas)


def _decided(claims: Sequence[Claim], sight: frozenset[str], favoured: Collection[str]) -> list[Block]:
    """Return the one block that the words mean, or those between which nothing decides; none where no neighbour is in sight."""
    plain = [claim.block for claim in claims if not claim.near]
    seen = [claim for claim in claims if claim.near & sight]
    ours = [claim.block for claim in claims if claim.block.name in favoured]
    if seen:
        most = max(len(claim.near & sight) for claim in seen)
        best = [claim.block for claim in seen if len(claim.near & sight) == most]
        return [block for block in best if block.name in favoured][:1] or _apart(best)
    several = _apart([claim.block for claim in claims])
    return ours[:1] or plain[:1] or (several if len(several) > 1 else [])


def _apart(blocks: Sequence[Block]) -> list[Block]:
    return list({block.name: block for block in blocks}.values())


def _starts(clauses: Sequence[Sequence[Word]]) -> list[int]:
    """Return at which word of the whole each clause begins."""
    return [0, *accumulate(map(len, clauses))][: len(clauses)]


def _unwanted(before: Sequence[Word], found: _Found) -> bool:
    """True where a “without” stands before in the same clause, with nothing between but what it leaves out too."""
    gone = {lemma for thing in found.left_out.values() for word in words(thing.text) for lemma in word.lemmas}
    for word in reversed(before):
        folded = fold(word.text)
        if folded in WITHOUT:
            return True
        if not word.lemmas & gone:
            return False
    return False
