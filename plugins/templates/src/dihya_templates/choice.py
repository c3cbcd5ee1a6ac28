"""A template with its options decided: what is left out is gone, and options stand as values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from typing import Any

from .entities import caption_fields
from .entity_rules import rule_fields, speaks_of


def chosen(data: Mapping[str, Any], options: Mapping[str, Any]) -> dict[str, Any]:
    """Return the template's data as *options* make it."""
    purposes = {
        name: {**purpose, "retention": _retention(purpose["retention"], options)}
        for name, purpose in data["purposes"].items()
    }
    entities = [_entity(entity, options) for entity in data["entities"] if _present(entity, options)]
    present = {entity["name"]: {field["name"] for field in entity["fields"]} for entity in entities}
    for entity in entities:
        targets = {field["name"]: field["to"] for field in entity["fields"] if "to" in field}
        entity["rules"] = [rule for rule in entity["rules"] if _limited(rule, targets, present)]
    return {**data, "purposes": purposes, "entities": entities}


def with_brought(data: Mapping[str, Any], entities: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return the template's data with the purposes and roles that further entities bring along; its own come first."""
    brought = {name: each for entity in entities for name, each in entity.get("purposes", {}).items()}
    known = {role["name"] for role in data["roles"]}
    roles = {role["name"]: role for each in entities for role in each.get("roles", ()) if role["name"] not in known}
    return {**data, "purposes": {**brought, **data["purposes"]}, "roles": [*data["roles"], *roles.values()]}


def _present(part: Mapping[str, Any], options: Mapping[str, Any]) -> bool:
    return all(options.get(name) == value for name, value in part.get("when", {}).items())


def _limited(rule: Mapping[str, Any], targets: Mapping[str, str], present: Mapping[str, set[str]]) -> bool:
    """False for a rule that speaks of a field of another entity which the options leave out."""
    target = present.get(targets.get(rule.get("over") or rule.get("field", ""), ""))
    return target is None or target.issuperset(speaks_of(rule))


def _entity(entity: Mapping[str, Any], options: Mapping[str, Any]) -> dict[str, Any]:
    fields = [_field(field, options) for field in entity["fields"] if _present(field, options)]
    gone = {field["name"] for field in entity["fields"]} - {field["name"] for field in fields}
    whole = {key: value for key, value in entity.items() if key != "when"} | {"fields": fields}
    return pruned(whole, gone)


def pruned(entity: Mapping[str, Any], gone: Set[str]) -> dict[str, Any]:
    """Return an entity that speaks no longer of the fields *gone*: in rules, caption, columns and sample records."""
    result = dict(entity)
    result["rules"] = [rule for rule in entity.get("rules", ()) if not gone.intersection(rule_fields(rule))]
    if gone.intersection(caption_fields(entity)):
        result.pop("caption")
    for key in ("columns", "search", "totals"):
        if key in entity:
            result[key] = [name for name in entity[key] if name not in gone]
    if "sample" in entity:
        result["sample"] = {
            key: {name: value for name, value in row.items() if name not in gone}
            for key, row in entity["sample"].items()
        }
    return result


def _field(field: Mapping[str, Any], options: Mapping[str, Any]) -> dict[str, Any]:
    result = {key: value for key, value in field.items() if key != "when"}
    for key in ("min", "max", "default"):
        if isinstance(value := result.get(key), Mapping):
            result[key] = options[value["option"]]
    return result


def _retention(retention: str | Mapping[str, Any], options: Mapping[str, Any]) -> str:
    if isinstance(retention, str):
        return retention
    said = str(options[retention["option"]])
    if "after" in retention:
        said += f" after {retention['after']}"
    return f"later of {said} and {retention['and']}" if "and" in retention else said
