"""Two versions of a structure, part by part: which table and which field of the one is which of the other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .plan import Entity, Field, Plan

Part = Mapping[str, Any]


@dataclass(frozen=True)
class Pair:
    """A table in both versions; ``old`` or ``new`` is None where only the other one has it.

    Attributes:
        fields: new field (None for one that goes) and old field (None for one that comes), in the order of the new table.
        choices: field now → {value before: value now}.
    """

    old: Entity | None
    new: Entity | None
    fields: tuple[tuple[Field | None, Field | None], ...] = ()
    choices: Mapping[str, Mapping[str, str]] | None = None


def pairs(before: Plan, after: Plan) -> list[Pair]:
    """Return the tables of both versions, those of the new one first."""
    raw_before, raw_after = _by_name(before.structure["entities"]), _by_name(after.structure["entities"])
    sources = origins(list(raw_after.values()), raw_before)
    found = []
    for entity in after.entities:
        source = sources.get(entity.name)
        if source is None:
            found.append(Pair(None, entity))
            continue
        old = before.entity(source)
        matched = tuple(_fields(old, entity, raw_before[source], raw_after[entity.name]))
        found.append(Pair(old, entity, matched, _choices(matched, raw_after[entity.name])))
    gone = [entity for entity in before.entities if entity.name not in sources.values()]
    return found + [Pair(entity, None) for entity in gone]


def origins(parts: Sequence[Part], before: Mapping[str, Part]) -> dict[str, str]:
    """Return name now → name before of the parts that were there: by ``was`` where it says so, otherwise by the same name."""
    said = {part["name"]: part["was"] for part in parts if part.get("was") in before}
    taken = set(said.values())
    same = {
        part["name"]: part["name"]
        for part in parts
        if part["name"] not in said and part["name"] in before and part["name"] not in taken
    }
    return said | same


def _fields(old: Entity, new: Entity, raw_old: Part, raw_new: Part) -> Iterator[tuple[Field | None, Field | None]]:
    sources = origins(raw_new["fields"], _by_name(raw_old["fields"]))
    for field in new.fields:
        yield field, old.get(sources[field.name]) if field.name in sources else None
    for field in old.fields:
        if field.name not in sources.values():
            yield None, field


def _choices(matched: Sequence[tuple[Field | None, Field | None]], raw: Part) -> dict[str, dict[str, str]]:
    """Return what values become: as ``was`` says, and a text that is the title of a value becomes that value."""
    found: dict[str, dict[str, str]] = {}
    fields = _by_name(raw["fields"])
    for new, old in matched:
        if new is None or old is None or new.kind != "enum":
            continue
        ways = {name: value["name"] for value in fields[new.name]["values"] for name in value.get("was", ())}
        if old.kind != "enum":
            ways |= {text: name for name, title in new.values for text in (title.en, title.fr, name)}
        if ways:
            found[new.name] = ways
    return found


def _by_name(parts: Sequence[Part]) -> dict[str, Part]:
    return {part["name"]: part for part in parts}
