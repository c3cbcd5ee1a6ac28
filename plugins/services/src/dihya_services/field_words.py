"""The words by which people name a field: “numéro de série”, “due date”, “date d'élagage”."""

from __future__ import annotations

import tomllib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any

from .sentence import Sentence, phrase

OF = frozenset({"de", "d", "du", "des", "of"})
"""Words that join a head to what it is the head of, folded."""


@dataclass(frozen=True, slots=True)
class FieldWord:
    """A field that a phrase names.

    Attributes:
        name: of the field to be added; empty where the phrase itself gives it.
        has: fields of blocks that are the same thing.
        far: the field may belong to any table that was named, not only to the nearest.
        shape: ``type``, ``min``, ``max`` as in a template, and ``personal``: the category where the table is about a person.
        label: in both languages; empty where the phrase itself gives it.
    """

    name: str
    has: frozenset[str] = frozenset()
    far: bool = False
    shape: Mapping[str, Any] = field(default_factory=dict)
    label: Mapping[str, str] = field(default_factory=dict)


class FieldWords:
    """Finds the longest phrase of a sentence that names a field; *texts* has each phrase with its label."""

    def __init__(self, data: Mapping[str, Sequence[Mapping[str, Any]]]) -> None:
        self._known: dict[str, list[tuple[tuple[frozenset[str], ...], FieldWord]]] = defaultdict(list)
        self._heads: dict[str, FieldWord] = {}
        self.texts: list[tuple[str, Mapping[str, str]]] = []
        for each in data["field"]:
            word = FieldWord(
                each["name"], frozenset(each["has"]), each.get("far", False), _shape(each),
                {"en": each["en"][0].capitalize(), "fr": each["fr"][0].capitalize()},
            )  # fmt: skip
            for text in (*each["fr"], *each["en"]):
                wanted = phrase(text)
                self.texts.append((text, word.label))
                for lemma in wanted[0]:
                    self._known[lemma].append((wanted, word))
        for each in data["head"]:
            word = FieldWord("", shape=_shape(each))
            self._heads |= {text: word for text in (*each["fr"], *each["en"])}

    def longest(self, sentence: Sentence, place: int, end: int) -> tuple[int, FieldWord] | None:
        """Return how many content words from *place* on and before *end* name a field, and which; None for none."""
        words = sentence.words
        found: tuple[int, FieldWord] | None = None
        for lemma in sorted(words[place].lemmas):
            for wanted, word in self._known.get(lemma, ()):
                fits = len(wanted) <= end - place and all(
                    words[place + at].lemmas & lemmas for at, lemmas in enumerate(wanted)
                )
                if fits and (found is None or len(wanted) > found[0]):
                    found = (len(wanted), word)
        headed = self._headed(sentence, place, end)
        return headed if headed and (found is None or headed[0] > found[0]) else found

    def _headed(self, sentence: Sentence, place: int, end: int) -> tuple[int, FieldWord] | None:
        """“date d'élagage”, “date du code”; “ring number”, “pick up time”: a head and the words that it is joined with."""
        first = sentence.token(place)
        head = self._heads.get(first.text)
        if head is not None:
            length = 1
            while place + length < end and sentence.joined(place + length, OF):
                length += 1
            return (length, head) if length > 1 else None
        for length in (2, 3):
            last = place + length - 1
            if last >= end or not sentence.token(last).behind or sentence.token(last).item != first.item:
                break
            if (head := self._heads.get(sentence.token(last).text)) is not None:
                return length, head
        return None


@cache
def field_words() -> FieldWords:
    """Return the words of ``fields.toml``."""
    return FieldWords(tomllib.loads(files(__package__).joinpath("fields.toml").read_text("utf-8")))


def _shape(data: Mapping[str, Any]) -> dict[str, Any]:
    return {key: data[key] for key in ("type", "min", "max", "personal") if key in data}
