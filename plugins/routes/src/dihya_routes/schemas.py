"""What records, their forms and their columns look like, as JSON Schema says it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dihya_hookspecs.data import Personal
from dihya_hookspecs.resources.columns import Path
from dihya_hookspecs.resources.filters import operators
from dihya_hookspecs.web import Resource
from sqlalchemy import JSON, Boolean, Column, Date, DateTime, Float, Integer, LargeBinary, Numeric, Uuid

from . import shape


def schemas_of(schemas: dict[str, Any], plugin: str, resource: Resource) -> dict[str, str]:
    """Add the form, the patch and the record to *schemas* and return their references."""
    stem = f"{plugin}.{resource.name}"
    form = resource.form.model_json_schema(ref_template=f"#/components/schemas/{stem}.{{model}}")
    for name, part in form.pop("$defs", {}).items():
        schemas[f"{stem}.{name}"] = part
    form["additionalProperties"] = False
    patch = {**form, "title": f"{form.get('title', stem)} (part)"}
    patch.pop("required", None)
    schemas[f"{stem}.new"] = form
    schemas[f"{stem}.patch"] = patch
    schemas[f"{stem}.record"] = record_schema(resource)
    return {kind: f"#/components/schemas/{stem}.{kind}" for kind in ("new", "patch", "record")}


def record_schema(resource: Resource) -> dict[str, Any]:
    """Return the schema of a record as it is answered; ``fields`` may leave out all but the id."""
    columns = shape.columns(resource)
    return {
        "type": "object",
        "title": resource.singular.en,
        "properties": {name: _property(resource, column) for name, column in columns.items()},
        "required": ["id"],
        "additionalProperties": False,
    }


def binned_entry(record: str) -> dict[str, Any]:
    """Return the properties of a removed record as it is listed; *record* is the reference of its schema."""
    return {
        "id": {"type": "string", "format": "uuid", "description": "By this it is put back."},
        "removed_at": {"type": "string", "format": "date-time"},
        "removed_by": {"type": ["string", "null"]},
        "until": {"type": "string", "format": "date", "description": "The last day on which it can be put back."},
        "others": {"type": "integer", "description": "Rows of other records that come back with it."},
        "record": {"$ref": record},
    }


def _property(resource: Resource, column: Column[Any]) -> dict[str, Any]:
    schema = dict(_kind(column))
    if column.nullable and "type" in schema:
        schema["type"] = [schema["type"], "null"]
    if label := resource.labels.get(column.key):
        schema["title"] = label.en
    declared = column.info.get("rgpd")
    if isinstance(declared, Personal):
        schema["x-personal-data"] = declared.category
    return schema


def _kind(column: Column[Any]) -> Mapping[str, Any]:
    kinds: tuple[tuple[type, Mapping[str, Any]], ...] = (
        (JSON, {}),
        (Boolean, {"type": "boolean"}),
        (Integer, {"type": "integer"}),
        (Float, {"type": "number"}),
        (Numeric, {"type": "string", "description": "a decimal number"}),
        (DateTime, {"type": "string", "format": "date-time"}),
        (Date, {"type": "string", "format": "date"}),
        (Uuid, {"type": "string", "format": "uuid"}),
        (LargeBinary, {"type": "string", "contentEncoding": "base64"}),
    )
    return next((schema for kind, schema in kinds if isinstance(column.type, kind)), {"type": "string"})


def asked(resource: Resource, name: str) -> str:
    """Return how else a column can be asked."""
    possible = operators(Path((), getattr(resource.service.model, name)))
    return f"Also {', '.join(f'``{name}:{op}``' for op in possible if op != 'eq')}."


def filter_schema(column: Column[Any]) -> dict[str, Any]:
    """Return what a value to compare a column with looks like."""
    schema = dict(_kind(column)) or {"type": "string"}
    return {name: value for name, value in schema.items() if name in ("type", "format")}
