"""The OpenAPI document as the explorer page shows it: groups, operations, fields, and a body to begin with."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a schema, or one parameter."""

    name: str
    kind: str
    required: bool
    note: str = ""
    place: str = ""
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation, ready to be shown."""

    id: str
    method: str
    path: str
    summary: str
    description: str
    permission: str
    parameters: tuple[Field, ...]
    fields: tuple[Field, ...]
    media_type: str
    sample: str
    responses: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Group:
    """The operations of one tag."""

    name: str
    description: str
    operations: list[Operation] = field(default_factory=list)


def groups(document: Mapping[str, Any]) -> list[Group]:
    """Return the operations by tag, in the order of their paths."""
    found = {tag["name"]: Group(tag["name"], tag.get("description", "")) for tag in document["tags"]}
    for path, item in sorted(document["paths"].items()):
        for method, operation in item.items():
            tag = next(iter(operation.get("tags", ())), "")
            group = found.setdefault(tag, Group(tag, ""))
            group.operations.append(_operation(document, path, method, operation))
    return [group for group in found.values() if group.operations]


def _operation(document: Mapping[str, Any], path: str, method: str, operation: Mapping[str, Any]) -> Operation:
    content: Mapping[str, Any] = operation.get("requestBody", {}).get("content", {})
    media_type = next(iter(content), "")
    media = content.get(media_type, {})
    schema = resolved(document, media.get("schema", {}))
    sample = media.get("example") or (example(document, schema) if schema else None)
    return Operation(
        id=operation["operationId"].replace(".", "-"),
        method=method.upper(),
        path=path,
        summary=operation.get("summary", ""),
        description=operation.get("description", ""),
        permission=operation.get("x-permission", ""),
        parameters=tuple(_parameter(document, each) for each in operation.get("parameters", ())),
        fields=fields(document, schema),
        media_type=media_type,
        sample=json.dumps(sample, ensure_ascii=False, indent=2) if media_type else "",
        responses=tuple((status, answer.get("description", "")) for status, answer in operation["responses"].items()),
    )


def _parameter(document: Mapping[str, Any], parameter: Mapping[str, Any]) -> Field:
    schema = resolved(document, parameter.get("schema", {}))
    return Field(
        parameter["name"],
        kind(document, schema),
        parameter.get("required", False),
        parameter.get("description", ""),
        parameter["in"],
        tuple(str(choice) for choice in schema.get("enum", ())),
    )


def fields(document: Mapping[str, Any], schema: Mapping[str, Any]) -> tuple[Field, ...]:
    """Return the fields of an object schema."""
    required = schema.get("required", ())
    return tuple(
        Field(name, kind(document, part), name in required, _note(part))
        for name, part in schema.get("properties", {}).items()
    )


def _note(schema: Mapping[str, Any]) -> str:
    rules = ("minLength", "maxLength", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "pattern")
    said = [f"{rule} {schema[rule]}" for rule in rules if rule in schema]
    return "; ".join([*([schema["description"]] if "description" in schema else []), *said])


def kind(document: Mapping[str, Any], schema: Mapping[str, Any]) -> str:
    """Return a type in a few words: ``string (date)``, ``integer or null``, ``list of string``."""
    schema = resolved(document, schema)
    if choices := schema.get("anyOf") or schema.get("oneOf"):
        return " or ".join(dict.fromkeys(kind(document, choice) for choice in choices))
    named = schema.get("type", "any")
    if isinstance(named, list):
        return " or ".join(named)
    if named == "array":
        return f"list of {kind(document, schema.get('items', {}))}"
    return f"{named} ({schema['format']})" if "format" in schema else named


def resolved(document: Mapping[str, Any], schema: Mapping[str, Any]) -> Mapping[str, Any]:
    """Follow a ``$ref`` into the components."""
    while "$ref" in schema:
        schema = document["components"]["schemas"].get(schema["$ref"].rpartition("/")[2], {})
    return schema


def example(document: Mapping[str, Any], schema: Mapping[str, Any], depth: int = 0) -> Any:
    """Return a value of the schema's shape to begin with: its example, its default, or a plain one of its type."""
    schema = resolved(document, schema)
    if schema.get("examples"):
        return schema["examples"][0]
    for name in ("example", "default", "const"):
        if name in schema:
            return schema[name]
    if schema.get("enum"):
        return schema["enum"][0]
    if choices := schema.get("anyOf") or schema.get("oneOf"):
        return example(document, choices[0], depth)
    return _plain(document, schema, depth)


_TEXTS = {"date": "2026-01-31", "date-time": "2026-01-31T12:00:00Z", "email": "tin@example.org", "time": "12:00:00"}


def _plain(document: Mapping[str, Any], schema: Mapping[str, Any], depth: int) -> Any:
    named = schema.get("type")
    named = named[0] if isinstance(named, list) else named
    match named:
        case "object" if depth < 5:
            parts = schema.get("properties", {})
            return {name: example(document, part, depth + 1) for name, part in parts.items()}
        case "array":
            return []
        case "integer" | "number":
            return schema.get("minimum", 0)
        case "boolean":
            return False
        case "string":
            return _TEXTS.get(schema.get("format", ""), "")
    return None
