"""What the generated tests try of each rule: one change that it refuses, and one that it lets through."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from .plan import Entity, Field, Plan, Rule
from .quoting import python


@dataclass(frozen=True)
class Trial:
    """One rule tried on one sample record: ``refused`` must be refused, ``accepted`` (if any) must go through."""

    entity: Entity
    rule: Rule
    key: str
    refused: Mapping[str, Any]
    accepted: Mapping[str, Any] | None = None


def trials(plan: Plan) -> list[Trial]:
    """Return a trial for each rule that the sample records can show."""
    found = (_trial(rule, entity, plan) for entity in plan.entities for rule in entity.rules)
    return [trial for trial in found if trial is not None]


def literals(entity: Entity, values: Mapping[str, Any]) -> list[str]:
    """Return values as the items of a Python dictionary, each of the type that its column has."""
    return [f"{python(name)}: {_literal(entity.get(name), value)}" for name, value in values.items()]


def trial_kinds(plan: Plan) -> set[str]:
    """Return the types of the values that the trials write down."""
    return {
        trial.entity.get(name).kind
        for trial in trials(plan)
        for values in (trial.refused, trial.accepted or {})
        for name, value in values.items()
        if value is not None
    }


def _literal(field: Field, value: Any) -> str:
    if value is None:
        return "None"
    match field.kind:
        case "date":
            return f'date.fromisoformat("{value}")'
        case "datetime":
            return f'datetime.fromisoformat("{value}")'
        case "decimal":
            return f'Decimal("{Decimal(str(value)):.2f}")'
    return python(value)


def _trial(rule: Rule, entity: Entity, plan: Plan) -> Trial | None:
    match rule.kind:
        case "not_before":
            return _dates(rule, entity)
        case "required_when":
            return _needed(rule, entity)
        case "states":
            return _move(rule, entity)
        case "sum_at_most":
            return _sum(rule, entity)
    return Trial(entity, rule, next(iter(entity.sample)), {})


def _dates(rule: Rule, entity: Entity) -> Trial:
    later, earlier = rule.data["field"], rule.data["than"]
    clock = "T10:00:00Z" if entity.get(later).kind == "datetime" else ""
    first, second = f"2030-01-01{clock}", f"2030-01-02{clock}"
    key = next(iter(entity.sample))
    return Trial(entity, rule, key, {later: first, earlier: second}, {later: second, earlier: first})


def _needed(rule: Rule, entity: Entity) -> Trial | None:
    name = rule.data["field"]
    for key, row in entity.sample.items():
        if row.get(name) is not None and _value(row, entity.get(rule.data["when"])) == rule.data["is"]:
            return Trial(entity, rule, key, {name: None}, {name: row[name]})
    return None


def _move(rule: Rule, entity: Entity) -> Trial | None:
    field, moves, found = entity.get(rule.field), rule.data["moves"], None
    for key, row in entity.sample.items():
        now = _value(row, field)
        states = [state for state in moves if state != now and not _unmet(entity, {**row, field.name: state})]
        closed, open_ = ([each for each in states if (each in moves[now]) is allowed] for allowed in (False, True))
        if closed and open_:
            return Trial(entity, rule, key, {field.name: closed[0]}, {field.name: open_[0]})
        if closed and found is None:
            found = Trial(entity, rule, key, {field.name: closed[0]})
    return found


def _unmet(entity: Entity, row: Mapping[str, Any]) -> bool:
    needs = [rule.data for rule in entity.rules if rule.kind == "required_when"]
    return any(row.get(data["when"]) == data["is"] and row.get(data["field"]) is None for data in needs)


def _sum(rule: Rule, entity: Entity) -> Trial | None:
    for key, row in entity.sample.items():
        limit, others = limit_and_others(rule, entity, row, key)
        if limit is not None and limit - others > 0:
            room = limit - others
            whole = entity.get(rule.field).kind == "integer"
            values = (int(room) + 1, int(room)) if whole else (f"{room + 1:.2f}", f"{room:.2f}")
            return Trial(entity, rule, key, {rule.field: values[0]}, {rule.field: values[1]})
    return None


def limit_and_others(rule: Rule, entity: Entity, row: Mapping[str, Any], key: str) -> tuple[Decimal | None, Decimal]:
    """Return the limit of the record that *row* points to, and what all but the record *key* sum up to."""
    over, field = rule.data["over"], entity.get(rule.field)
    parent = rule.parent.sample.get(row.get(over, ""), {})
    limit = parent.get(rule.data["limit"], rule.parent.get(rule.data["limit"]).default)
    rows = (other for name, other in entity.sample.items() if name != key and other.get(over) == row.get(over))
    return None if limit is None else Decimal(str(limit)), sum((number_of(each, field) for each in rows), Decimal())


def number_of(row: Mapping[str, Any], field: Field) -> Decimal:
    """Return the number in a field of a sample record."""
    return Decimal(str(_value(row, field) or 0))


def _value(row: Mapping[str, Any], field: Field) -> Any:
    return row.get(field.name, field.default)
