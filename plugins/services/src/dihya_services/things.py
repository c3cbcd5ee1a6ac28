"""Which business things a sentence names, wants without, or may mean; decided by its words and their neighbours."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from dihya_hookspecs.generation import Block

from .field_words import FieldWord, field_words
from .lemmas import Word, fold, words
from .reading import Phrase
from .reading_words import listed_as
from .sentence import Sentence, is_plural, parsed, phrase

WITHOUT = frozenset(
    ["sans", "hors", "sauf", "excepte", "pas", "aucun", "aucune", "without", "no", "not", "except", "minus", "interdit"]
)
"""Words after which a thing is left out, folded."""
NEAR = 6
"""Words on each side among which a neighbour decides."""


@dataclass(frozen=True, slots=True)
class Thing:
    """A block that a sentence names: the words as they were written."""

    block: Block
    text: str


@dataclass(frozen=True, slots=True)
class Span:
    """Content words of a sentence that were understood: which, as what, and the blocks or the field that they name."""

    start: int
    length: int
    use: Literal["table", "left_out", "doubtful", "field"]
    blocks: Sequence[Block] = ()
    field: FieldWord | None = None


@dataclass(frozen=True, slots=True)
class Things:
    """What a sentence says about business things.

    Attributes:
        named: in the order of the sentence, each block once.
        left_out: what it wants without.
        doubtful: words that several blocks claim and no neighbour decides, with these blocks.
        spans: which words were understood, in order.
    """

    sentence: Sentence
    named: Sequence[Thing] = ()
    left_out: Sequence[Thing] = ()
    doubtful: Sequence[tuple[str, Sequence[Block]]] = ()
    spans: Sequence[Span] = ()


def apart_from(things: Things, business: Sequence[str], usual: Collection[str]) -> Things:
    """Return what a sentence says without what only the name of its business says: “salle d'escalade” names no rooms.

    Args:
        usual: blocks of the trade; such a one is named by its business too, as repairs are by “bicycle repair shop”.
    """
    places = set(things.sentence.places(business))

    def is_name(span: Span) -> bool:
        within = places.issuperset(range(span.start, span.start + span.length))
        return within and not any(block.name in usual for block in span.blocks)

    spans = [span for span in things.spans if not is_name(span)]
    left = {block.name for span in spans for block in span.blocks}
    named = [thing for thing in things.named if thing.block.name in left]
    doubtful = [each for each in things.doubtful if any(block.name in left for block in each[1])]
    return replace(things, spans=spans, named=named, doubtful=doubtful)


@dataclass(frozen=True, slots=True)
class Claim:
    """A phrase by which a block may be named.

    Attributes:
        near: phrases one of which must be in sight; none where it is plain.
        linked: whether it holds an “and” itself, as “bed and breakfast” does; others end before one.
    """

    block: Block
    phrase: Phrase
    near: frozenset[Phrase] = frozenset()
    linked: bool = False


@dataclass(slots=True)
class _Found:
    named: dict[str, Thing] = field(default_factory=dict)
    left_out: dict[str, Thing] = field(default_factory=dict)
    doubtful: dict[str, Sequence[Block]] = field(default_factory=dict)
    spans: list[Span] = field(default_factory=list)


class Dictionary:
    """The words of all blocks, by the lemma with which a phrase begins."""

    def __init__(self, blocks: Iterable[Block]) -> None:
        self._claims: dict[str, list[Claim]] = defaultdict(list)
        for block in blocks:
            for text in block.words:
                self._add(Claim(block, phrase(text), linked=_linked(text)))
            for texts, near in block.maybe:
                sight = frozenset(filter(None, map(phrase, near)))
                for text in texts:
                    self._add(Claim(block, phrase(text), sight, _linked(text)))

    @property
    def lemmas(self) -> Collection[str]:
        """The lemmas with which a phrase begins."""
        return self._claims.keys()

    def _add(self, claim: Claim) -> None:
        for lemma in claim.phrase[0]:
            self._claims[lemma].append(claim)

    def read(self, text: str, favoured: Collection[str] = ()) -> Things:
        """Return what *text* says.

        Args:
            favoured: blocks of the trade that it speaks of; where a word could mean several things, one of these is meant.
        """
        sentence = parsed(text)
        content, found, place = sentence.words, _Found(), 0
        while place < len(content):
            end = _end(sentence, place)
            claims = self._longest(sentence, place, end)
            blocks = _decided(claims, content, place, favoured) if claims else []
            named = field_words().longest(sentence, place, end)
            if named and (len(blocks) != 1 or _rather(sentence, place, named[0], len(claims[0].phrase), found)):
                gone = _unwanted(sentence, place, found)
                found.spans.append(Span(place, named[0], "left_out" if gone else "field", field=named[1]))
                place += named[0]
            elif claims:
                if blocks:
                    _take(blocks, sentence, place, len(claims[0].phrase), found)
                place += len(claims[0].phrase) if blocks else 1
            else:
                place += 1
        return Things(
            sentence, tuple(thing for name, thing in found.named.items() if name not in found.left_out),
            tuple(found.left_out.values()), tuple(found.doubtful.items()), tuple(found.spans),
        )  # fmt: skip

    def _longest(self, sentence: Sentence, place: int, end: int) -> list[Claim]:
        """Return the claims on the words from *place* on and before *end*, only those that take the most words."""
        content, item = sentence.words, sentence.token(place).item
        here = next((at for at in range(place, end) if sentence.token(at).item != item), end)
        found: dict[int, list[Claim]] = defaultdict(list)
        seen: set[tuple[str, Phrase, frozenset[Phrase]]] = set()
        for lemma in sorted(content[place].lemmas):
            for claim in self._claims.get(lemma, ()):
                key = (claim.block.name, claim.phrase, claim.near)
                if key not in seen and _stands(claim.phrase, content[place : end if claim.linked else here]):
                    seen.add(key)
                    found[len(claim.phrase)].append(claim)
        return found[max(found)] if found else []


def _linked(text: str) -> bool:
    return any(word in listed_as("links") for word in fold(text).split())


def _take(blocks: Sequence[Block], sentence: Sentence, place: int, length: int, found: _Found) -> None:
    text = sentence.text(place, length)
    if len(blocks) > 1:
        found.doubtful.setdefault(text, blocks)
        found.spans.append(Span(place, length, "doubtful", blocks))
        return
    gone = _unwanted(sentence, place, found)
    found.spans.append(Span(place, length, "left_out" if gone else "table", blocks))
    (found.left_out if gone else found.named).setdefault(blocks[0].name, Thing(blocks[0], text))


def _rather(sentence: Sentence, place: int, length: int, other: int, found: _Found) -> bool:
    """True where a field is meant rather than a block whose phrase has *other* words.

    The longer phrase counts; of a phrase that is both, the singular behind a thing is a field: “dogs, photo” has one a dog.
    """
    if length != other:
        return length > other
    noun = place if sentence.language == "fr" else place + length - 1
    plural = is_plural(sentence.words[noun], sentence.language)
    return not plural and any(span.use == "table" for span in found.spans)


def _end(sentence: Sentence, place: int) -> int:
    """Return the content word at which the clause of the one at *place* ends."""
    clause = sentence.token(place).clause
    return next(
        (at for at in range(place, len(sentence.content)) if sentence.token(at).clause != clause),
        len(sentence.content),
    )


def _stands(wanted: Phrase, content: Sequence[Word]) -> bool:
    return len(wanted) <= len(content) and all(
        word.lemmas & lemmas for word, lemmas in zip(content, wanted, strict=False)
    )


def _decided(claims: Sequence[Claim], content: Sequence[Word], place: int, favoured: Collection[str]) -> list[Block]:
    """Return the one block that the words mean, or those between which nothing decides; none where no neighbour is in sight."""
    length = len(claims[0].phrase)
    around = (content[max(0, place - NEAR) : place], content[place + length : place + length + NEAR])
    sight = [_seen(claim.near, around) for claim in claims]
    plain = [claim.block for claim in claims if not claim.near]
    ours = [claim.block for claim in claims if claim.block.name in favoured]
    if most := max(sight):
        best = [claim.block for claim, seen in zip(claims, sight, strict=True) if seen == most]
        return [block for block in best if block.name in favoured][:1] or _apart(best)
    several = _apart([claim.block for claim in claims])
    return ours[:1] or plain[:1] or (several if len(several) > 1 else [])


def _seen(near: Collection[Phrase], around: Iterable[Sequence[Word]]) -> int:
    """Return how many of the neighbours stand in sight, each whole."""
    places = [side[at:] for side in around for at in range(len(side))]
    said = frozenset().union(*(place[0].lemmas for place in places))
    return sum(any(_stands(each, place) for place in places) for each in near if each[0] & said)


def _apart(blocks: Sequence[Block]) -> list[Block]:
    return list({block.name: block for block in blocks}.values())


def _unwanted(sentence: Sentence, place: int, found: _Found) -> bool:
    """True where a “without” stands before in the same clause, with nothing between but what it leaves out too."""
    gone = {lemma for thing in found.left_out.values() for word in words(thing.text) for lemma in word.lemmas}
    clause = sentence.token(place).clause
    for at in range(place - 1, -1, -1):
        if sentence.token(at).clause != clause:
            return False
        if sentence.token(at).folded in WITHOUT:
            return True
        if not sentence.words[at].lemmas & gone:
            return False
    return False
