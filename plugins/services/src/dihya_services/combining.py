"""What a sentence, a template and a model say of the tables, put together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from dihya_hookspecs import Flaw
from dihya_hookspecs.generation import Needs, Template

if TYPE_CHECKING:
    from .things import Things


def switches(template: Template, things: Things) -> dict[str, Any]:
    """Return the options that bring the tables that are named, and leave out those that are not wanted."""
    tables = {str(entity.get("block", entity["name"])): entity.get("when", {}) for entity in template.entities}
    found: dict[str, Any] = {}
    if template.data.get("only_named") and things.named:
        found = {name: False for when in tables.values() for name in when}
    for thing in things.left_out:
        own = next(iter(tables.get(thing.block.name, {})), None)
        found |= {next(iter(when)): False for when in tables.values() if own in when}
    for thing in things.named:
        found |= dict(tables.get(thing.block.name, {}))
    return found


def present(template: Template, options: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yield the tables of a template that stand with these options, with the fields that do."""
    known = template.options.get("properties", {})
    decided = {name: options.get(name, option.get("default")) for name, option in known.items()}
    for entity in template.entities:
        if stands(entity, decided):
            yield {**entity, "fields": [field for field in entity["fields"] if stands(field, decided)]}


def stands(part: Mapping[str, Any], decided: Mapping[str, Any]) -> bool:
    """Tell whether a table or a field of a template is there with these options."""
    return all(decided.get(name) == value for name, value in part.get("when", {}).items())


def joined(named: Sequence[Mapping[str, Any]], more: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Return the added tables with the fields that the sentence adds to them, and what it adds beside."""
    said = {entity["name"]: entity for entity in more}
    known = {entity["name"] for entity in named}
    whole = []
    for entity in named:
        further = said.get(entity["name"], {})
        given = {key: further[key] for key in ("access", "roles") if key in further}
        whole.append({**entity, "fields": [*entity["fields"], *further.get("fields", ())], **given})
    return [*whole, *(entity for entity in more if entity["name"] not in known)]


def beside(said: Sequence[Mapping[str, Any]], modelled: Sequence[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    """Yield what the sentence adds, and what a model adds to the tables that it did not bring."""
    fields = {entity["name"]: entity.get("fields", ()) for entity in modelled}
    there = {entity["name"] for entity in said}
    for entity in said:
        if "title" in entity or entity["name"] not in fields:
            yield entity
            continue
        names = {field["name"] for field in entity["fields"]}
        more = [field for field in fields[entity["name"]] if field.get("name") not in names]
        yield {"name": entity["name"], "fields": [*entity["fields"], *more]}
    yield from (entity for entity in modelled if entity["name"] not in there)


def without(needs: Needs, flaw: Flaw) -> Needs | None:
    """Return *needs* without the option, field or entity that the flaw points at; None when it points elsewhere."""
    parts = flaw.pointer.strip("/").split("/")
    if parts[0] == "options" and needs.options:
        named = parts[1:2] or [name for name in needs.options if repr(name) in flaw.detail]
        return replace(
            needs, options={name: value for name, value in needs.options.items() if name not in named} if named else {}
        )
    if parts[0] != "entities" or not needs.entities:
        return None
    if len(parts) < 2 or not parts[1].isdigit() or int(parts[1]) >= len(needs.entities):
        return replace(needs, entities=())
    entities: list[Mapping[str, Any]] = list(needs.entities)
    number = int(parts[1])
    fields = list(entities[number].get("fields", ()))
    if (
        len(parts) > 3
        and parts[2] == "fields"
        and parts[3].isdigit()
        and len(fields) > 1
        and int(parts[3]) < len(fields)
    ):
        del fields[int(parts[3])]
        entities[number] = {**entities[number], "fields": fields}
    else:
        del entities[number]
    return replace(needs, entities=tuple(entities))
