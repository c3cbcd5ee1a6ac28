"""What a proposal adds, without the tables that somebody does not want."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from dihya_hookspecs import Invalid
from dihya_hookspecs.generation import Needs
from dihya_hookspecs.i18n import gettext as _

from .forms import Decided
from .lemmas import fold
from .models import Generation
from .needs import needs_of

Entity = Mapping[str, Any]


def from_sentence(entities: Iterable[Entity]) -> list[str]:
    """Return the names of the tables that the words of an idea added, by a block or as they were named there."""
    return [
        each["name"] for each in entities if "block" in each or (each.get("origin") == "sentence" and "title" in each)
    ]


def kept(entities: Iterable[Entity], given: Decided) -> list[Entity]:
    """Return what a proposal adds without what the page's form leaves out."""
    wanted = [each for each in entities if given.additions or "block" in each or each.get("origin") == "sentence"]
    return without_tables(wanted, given.dropped)


def wanted(draft: Generation, given: Decided) -> Needs:
    """Return the needs of a draft as its page's form changed them."""
    needs = needs_of(draft)
    options, entities = {**needs.options, **given.options}, tuple(kept(needs.entities, given))
    title = given.title or needs.title
    return replace(needs, name=given.name or needs.name, title=title, options=options, entities=entities)


def without_named(entities: Sequence[Entity], said: Collection[str]) -> list[Entity]:
    """Return what a proposal adds without the tables that are called *said*, by name or title. Raises Invalid for another."""
    added = {name: {fold(name)} for name in from_sentence(entities)}
    for each in entities:
        if each["name"] in added and isinstance(each.get("title"), Mapping):
            added[each["name"]] |= {fold(str(text)) for text in each["title"].values()}
    for text in said:
        if not any(fold(text) in names for names in added.values()):
            known = ", ".join(added) or _("none")
            raise Invalid(_("the sentence adds no table %(name)r; it adds: %(known)s", name=text[:80], known=known))
    return without_tables(entities, {name for name, names in added.items() if names & set(map(fold, said))})


def without_tables(entities: Iterable[Entity], dropped: Collection[str]) -> list[Entity]:
    """Return entities without those of the names *dropped*, and without those that cannot be without one of them."""
    gone, left = set(dropped), list(entities)
    left = [each for each in left if each["name"] not in gone]
    while needing := {each["name"] for each in left if any(_leads(field, gone, True) for field in each["fields"])}:
        gone |= needing
        left = [each for each in left if each["name"] not in gone]
    return [_freed(each, gone) for each in left] if gone else left


def _leads(field: Entity, gone: Collection[str], required: bool) -> bool:
    return field.get("to") in gone and (bool(field.get("required")) or not required)


def _freed(entity: Entity, gone: Collection[str]) -> Entity:
    """Return an entity that refers to nothing of *gone*, and speaks of no such field in caption, columns, rules and samples."""
    lost = {field["name"] for field in entity["fields"] if _leads(field, gone, False)}
    if not lost:
        return entity
    result = {**entity, "fields": [field for field in entity["fields"] if field["name"] not in lost]}
    for key in ("columns", "search", "totals"):
        if key in result:
            result[key] = [name for name in result[key] if name not in lost]
    if any(f"{{{name}}}" in str(result.get("caption", "")) for name in lost):
        del result["caption"]
    if "rules" in result:
        result["rules"] = [rule for rule in result["rules"] if not lost.intersection(_spoken(rule))]
    if "sample" in result:
        rows = result["sample"].items()
        result["sample"] = {key: {name: row[name] for name in row if name not in lost} for key, row in rows}
    return result


def _spoken(rule: Entity) -> set[str]:
    """Return every text of a rule; the fields that it speaks of are among them."""
    return {
        text
        for value in rule.values()
        for text in (value if isinstance(value, list) else [value])
        if isinstance(text, str)
    }
