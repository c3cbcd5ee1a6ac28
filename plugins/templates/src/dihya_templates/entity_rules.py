"""What must hold of the rules of an entity: the fields that they name are there, and fit."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from dihya_hookspecs import Flaw

Entity = Mapping[str, Any]
Fields = Mapping[str, Mapping[str, Any]]
NUMBERS = ("integer", "decimal", "money", "percentage")


def rule_flaws(entity: Entity, entities: Mapping[str, Entity], pointer: str) -> Iterator[Flaw]:
    """Yield what is wrong with the rules of an entity.

    Args:
        entities: all entities by name, each with all of its fields.
        pointer: where the entity stands.
    """
    fields = {field["name"]: field for field in entities[entity["name"]]["fields"]}
    for number, rule in enumerate(entity.get("rules", ())):
        where = f"{pointer}/rules/{number}"
        missing = [name for name in rule_fields(rule) if name not in fields]
        if missing:
            yield Flaw(where, f"no field {missing[0]!r} in {entity['name']!r}")
        elif wrong := _RULES[rule["rule"]](rule, fields, entities):
            yield Flaw(where, wrong)


def rule_fields(rule: Mapping[str, Any]) -> list[str]:
    """Return the names of the fields of its own entity that a rule speaks of."""
    return [*rule.get("fields", ()), *(rule[key] for key in ("field", "than", "when", "over") if key in rule)]


def values_of(field: Mapping[str, Any]) -> list[str]:
    """Return the values that a field may have; none for a field that is no choice."""
    return [value["name"] for value in field.get("values", ())]


def _not_before(rule: Entity, fields: Fields, entities: Mapping[str, Entity]) -> str:
    kinds = {fields[rule["field"]]["type"], fields[rule["than"]]["type"]}
    return "" if kinds in ({"date"}, {"datetime"}) else "both fields must be dates, or both datetimes"


def _required_when(rule: Entity, fields: Fields, entities: Mapping[str, Entity]) -> str:
    if rule["is"] not in values_of(fields[rule["when"]]):
        return f"{rule['is']!r} is not a value of the field {rule['when']!r}"
    optional = not fields[rule["field"]].get("required") and "default" not in fields[rule["field"]]
    return "" if optional else f"{rule['field']!r} always has a value"


def _states(rule: Entity, fields: Fields, entities: Mapping[str, Entity]) -> str:
    values = values_of(fields[rule["field"]])
    named = {*rule["moves"], *(state for states in rule["moves"].values() for state in states)}
    if set(rule["moves"]) != set(values) or not named <= set(values):
        return f"the moves must name each value of {rule['field']!r} once, and no other"
    return ""


def _unique_together(rule: Entity, fields: Fields, entities: Mapping[str, Entity]) -> str:
    return "" if len(set(rule["fields"])) == len(rule["fields"]) else "a field is named twice"


def _sum_at_most(rule: Entity, fields: Fields, entities: Mapping[str, Entity]) -> str:
    summed, over = fields[rule["field"]], fields[rule["over"]]
    if summed["type"] not in NUMBERS or not (summed.get("required") or "default" in summed):
        return f"{rule['field']!r} must be a number that always has a value"
    target = entities.get(over.get("to", ""), {"fields": ()})
    limits = [field for field in target["fields"] if field["name"] == rule["limit"] and field["type"] == summed["type"]]
    return "" if limits else f"{rule['limit']!r} must be a number of the record that {rule['over']!r} points to"


_RULES: dict[str, Callable[[Entity, Fields, Mapping[str, Entity]], str]] = {
    "not_before": _not_before,
    "required_when": _required_when,
    "states": _states,
    "unique_together": _unique_together,
    "sum_at_most": _sum_at_most,
}
