"""“Only coaches see the grades”: whose eyes a sentence keeps a table for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dihya_hookspecs.access import SHARED_ROLES

from .matching import content, same, texts_of
from .own_tables import identifier, singular, titled
from .reading_words import listed_as
from .sentence import Sentence

_SHARED = [role.name for role in SHARED_ROLES]


@dataclass(frozen=True, slots=True)
class Kept:
    """Tables that one role alone may see: content words that name the role, and the tables' names."""

    start: int
    length: int
    tables: Sequence[str]


def kept_for(sentence: Sentence, places: Sequence[tuple[int, str]]) -> Iterator[Kept]:
    """Yield what a sentence says of who alone may see a table.

    Args:
        places: content word at which a table is named, and its name.
    """
    said = [token.folded for token in sentence.tokens]
    for at, word in enumerate(said):
        if word not in listed_as("only"):
            continue
        clause = sentence.tokens[at].clause
        behind = [number for number in range(at + 1, len(said)) if sentence.tokens[number].clause == clause]
        verb = next((number for number in behind if said[number] in listed_as("seeing")), None)
        last = verb if verb is not None else (behind[-1] + 1 if behind else at)
        role = [place for place, number in enumerate(sentence.content) if at < number < last]
        seen = [
            name for place, name in places
            if sentence.token(place).clause == clause and _sees(sentence.content[place], at, verb)
        ]  # fmt: skip
        visible = any(
            said[number].startswith(("visible", "lisible", "readable")) for number in range(max(0, at - 4), at)
        )
        if role and seen and (verb is not None or visible):
            yield Kept(role[0], len(role), seen if verb is not None else seen[-1:])


def _sees(place: int, only: int, verb: int | None) -> bool:
    return place > verb if verb is not None else place < only


def role_of(text: str, language: str, roles: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
    """Return the role that a text names: one of *roles*, or a new one, which is called as no other is."""
    for role in roles:
        for title in (*texts_of(role.get("title")), str(role["name"])):
            if same(content(text), content(title)):
                return role
    one = singular(text, language)
    return {"name": identifier(one, [*_SHARED, *(role["name"] for role in roles)]), "title": titled(one)}
