"""Sample records: those of the template, completed for fields that others added."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .plan import Entity, Field

_INVENTED = 2
_IBANS = ("FR7630006000011234567890189", "DE89370400440532013000", "LU280019400644750000")
"""Examples that their countries publish."""


def sample_rows(entities: Sequence[Entity], raw: Mapping[str, Mapping[str, Any]], language: str) -> list[Entity]:
    """Return the entities with sample records that fit their forms, texts in *language*."""
    done: dict[str, Entity] = {}
    for entity in entities:
        data = raw[entity.name]
        given = data.get("sample") or {f"{entity.name}_{n + 1}"[:40]: {} for n in range(_INVENTED)}
        rows = {key: _row(entity, row, number, done, language) for number, (key, row) in enumerate(given.items())}
        for number, row in enumerate(rows.values()):
            _obey(entity, row, number, data.get("rules", ()), done)
        done[entity.name] = replace(entity, sample=rows)
    return list(done.values())


def _row(
    entity: Entity, row: Mapping[str, Any], number: int, done: Mapping[str, Entity], language: str
) -> dict[str, Any]:
    result = {}
    for field in entity.fields:
        if field.name in row:
            value = row[field.name]
            result[field.name] = value[language] if isinstance(value, Mapping) else value
        elif field.required:
            result[field.name] = _example(field, number, done)
    return result


def _obey(
    entity: Entity, row: dict[str, Any], number: int, rules: Sequence[Mapping[str, Any]], done: Mapping[str, Entity]
) -> None:
    """Give what a rule needs, and take away what it forbids, where somebody added the rule or the field."""
    for rule in rules:
        name = rule.get("field", "")
        if rule["rule"] == "required_when" and row.get(rule["when"], entity.get(rule["when"]).default) == rule["is"]:
            row.setdefault(name, _example(entity.get(name), number, done))
        elif rule["rule"] == "not_before" and None not in (pair := (row.get(name), row.get(rule["than"]))):
            row[name] = max(pair, key=lambda value: Decimal(str(value)) if _numeric(entity.get(name)) else value)
        elif rule["rule"] == "refers_to" and row.get(name):
            row[name] = _allowed(done[entity.get(name).target], rule["where"], row[name])


def _numeric(field: Field) -> bool:
    return not field.kind.startswith("date")


def _allowed(target: Entity, where: Mapping[str, Sequence[str]], key: str) -> str:
    """Return the key of a record that may be chosen: this one, or else the first."""
    fit = [
        name
        for name, row in target.sample.items()
        if all(row.get(field, target.get(field).default) in values for field, values in where.items())
    ]
    return key if key in fit or not fit else fit[0]


def _example(field: Field, number: int, done: Mapping[str, Entity]) -> Any:
    """Return a value that the form accepts, another one for each record."""
    if field.target:
        keys = list(done[field.target].sample)
        return keys[number % len(keys)]
    least = field.least if field.least is not None else 0
    most = field.most if field.most is not None else 10**6
    match field.kind:
        case "integer":
            return min(max(least, 0) + number, most)
        case "percentage":
            return f"{min(max(least, 0) + 5 * number, 100 if field.most is None else most)}.00"
        case "iban":
            return _IBANS[number % len(_IBANS)]
        case "decimal" | "money":
            return f"{min(max(least, 0) + number + 10, most)}.00"
        case "boolean":
            return False
        case "date":
            return f"2025-{number % 12 + 1:02}-15"
        case "datetime":
            return f"2025-{number % 12 + 1:02}-15T10:00:00Z"
        case "email":
            return f"{field.name.replace('_', '-')}{number + 1}@example.org"
        case "phone":
            return f"+33 1 99 00 22 {number + 1:02}"
        case "url":
            return f"https://example.org/{number + 1}"
        case "enum":
            return field.values[number % len(field.values)][0]
    text = f"{chr(ord('A') + number % 26)}{number + 1} {field.label.en}"[: field.most or 40].strip()
    return text.ljust(field.least or 0, "x")
