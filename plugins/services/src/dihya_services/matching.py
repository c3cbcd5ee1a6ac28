"""Whether words of a sentence are what a table already calls one of its parts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from .lemmas import Word, fold, words
from .reading_words import State


def held_by(table: Mapping[str, Any], state: State) -> Any:
    """Return the title of the value, or of the field, by which a table holds a state; None where it has none."""
    values = [value for each in table["fields"] for value in each.get("values", ()) if value["name"] in state.values]
    fields = [each for each in table["fields"] if each["name"] in state.fields]
    return values[0].get("title") if values else fields[0].get("label") if fields else None


def texts_of(said: Any) -> list[str]:
    """Return a text in the languages in which it is given."""
    return [str(text) for text in said.values()] if isinstance(said, Mapping) else [str(said)] if said else []


@lru_cache(8192)
def content(text: str) -> Sequence[Word]:
    """Return the words of a title or label that have three letters or more."""
    return tuple(word for word in words(text) if len(fold(word.text)) > 2)


def same(said: Sequence[Word], label: Sequence[Word]) -> bool:
    """True where every word of both stands in the other, one more in the label at most."""
    if not said or not label or len(label) > len(said) + 1:
        return False
    return all(any(word.lemmas & other.lemmas for other in label) for word in said) and bool(
        said[0].lemmas & label[0].lemmas or said[-1].lemmas & label[-1].lemmas
    )
