"""What the generated tests try of each rule: one change that it refuses, and one that it lets through."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from .entity_rules import stated
from .plan import Entity, Field, Plan, Rule
from .quoting import fit, mapping, python


@dataclass(frozen=True)
class Trial:
    """One rule tried on one sample record: ``refused`` must be refused, ``accepted`` (if any) must go through.

    Attributes:
        field: where the refusal is told, if not at the rule's own field.
    """

    entity: Entity
    rule: Rule
    key: str
    refused: Mapping[str, Any]
    accepted: Mapping[str, Any] | None = None
    field: str = ""


def trials(plan: Plan) -> list[Trial]:
    """Return a trial for each rule that the sample records can show."""
    found = (_trial(rule, entity, plan) for entity in plan.entities for rule in entity.rules)
    return [trial for trial in found if trial is not None]


def broken_rule(trial: Trial) -> str:
    """Return one line of the tests: table, record, kind of rule, field, what is refused and what is accepted."""
    first, accepted = trial.field or trial.rule.field, trial.accepted
    names = [trial.entity.plural, trial.key, trial.rule.kind, first]
    said = [mapping(trial.refused), mapping(accepted) if accepted else "None"]
    return fit("    (", [*(python(name) for name in names), *said], "),")


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
        case "no_overlap":
            return _twice(rule, entity)
        case "past_when":
            return _future(rule, entity)
        case "refers_to":
            return _chosen(rule, entity)
        case "within":
            return _outside(rule, entity)
    return Trial(entity, rule, next(iter(entity.sample)), {})


def _dates(rule: Rule, entity: Entity) -> Trial:
    later, earlier = rule.data["field"], rule.data["than"]
    if not entity.get(later).kind.startswith("date"):
        return _less(rule, entity)
    clock = "T10:00:00Z" if entity.get(later).kind == "datetime" else ""
    key, row = next(iter(entity.sample.items()))
    days = [row[name][:10] for name in _preceding(entity, {later, earlier}) if row.get(name) is not None]
    begin = date.fromisoformat(max(days, default="2020-01-01"))
    first, second, third = (f"{begin + timedelta(days=number)}{clock}" for number in (1, 2, 3))
    after = {name: third for name in _following(entity, {later, earlier}) if row.get(name) is not None}
    return Trial(entity, rule, key, {later: first, earlier: second, **after}, {later: second, earlier: first, **after})


def _less(rule: Rule, entity: Entity) -> Trial:
    """Numbers at the ends of what both fields take."""
    more, less = entity.get(rule.data["field"]), entity.get(rule.data["than"])
    least = max(each.least if each.least is not None else 0 for each in (more, less))
    low, high = _numbers(more, Decimal(least), Decimal(least + 1))
    key = next(iter(entity.sample))
    return Trial(entity, rule, key, {more.name: low, less.name: high}, {more.name: high, less.name: low})


def _twice(rule: Rule, entity: Entity) -> Trial | None:
    """A sample record that takes time, which the tests add a second time."""
    for key, row in entity.sample.items():
        if row.get(rule.field) is not None and occupies(rule, entity, row):
            return Trial(entity, rule, key, {})
    return None


def occupies(rule: Rule, entity: Entity, row: Mapping[str, Any]) -> bool:
    """Tell whether a sample record takes the time of which a ``no_overlap`` speaks: that of somebody, where it is said whose."""
    unless = stated(rule.data, "unless")
    if any(row.get(name) is None for name in rule.data.get("per", ())):
        return False
    return not unless or not _has(entity, row, unless)


def _has(entity: Entity, row: Mapping[str, Any], said: Mapping[str, Sequence[str]]) -> bool:
    return all(_value(row, entity.get(name)) in values for name, values in said.items())


def _future(rule: Rule, entity: Entity) -> Trial:
    clock = "T10:00:00Z" if entity.get(rule.field).kind == "datetime" else ""
    future = {rule.field: f"2999-01-01{clock}"}
    for key, row in entity.sample.items():
        if row.get(rule.field) is not None and _has(entity, row, rule.data["when"]):
            return Trial(entity, rule, key, future, {rule.field: row[rule.field]})
    states = {name: values[0] for name, values in rule.data["when"].items()}
    return Trial(entity, rule, next(iter(entity.sample)), {**future, **states})


def _chosen(rule: Rule, entity: Entity) -> Trial | None:
    wrong = [key for key, row in rule.parent.sample.items() if not _has(rule.parent, row, rule.data["where"])]
    kept = [key for key, row in entity.sample.items() if row.get(rule.field) is not None]
    if not wrong or not kept:
        return None
    return Trial(entity, rule, kept[0], {rule.field: wrong[0]}, {rule.field: entity.sample[kept[0]][rule.field]})


def _outside(rule: Rule, entity: Entity) -> Trial | None:
    over = rule.data["over"]
    for key, row in entity.sample.items():
        if (value := row.get(rule.field)) is None or row.get(over) is None:
            continue
        for other, parent in rule.parent.sample.items():
            since, until = (parent.get(rule.data.get(name, "")) for name in ("since", "until"))
            if (since is not None and value[:10] < since[:10]) or (until is not None and value[:10] > until[:10]):
                return Trial(entity, rule, key, {over: other}, {over: row[over]}, rule.field)
    return None


def _following(entity: Entity, names: set[str]) -> set[str]:
    """Return the other dates that must not be before one of these, however far."""
    return _linked([(than, field) for field, than in _ordered(entity)], names)


def _preceding(entity: Entity, names: set[str]) -> set[str]:
    """Return the other dates before which one of these must not be, however far."""
    return _linked(_ordered(entity), names)


def _ordered(entity: Entity) -> list[tuple[str, str]]:
    return [(rule.data["field"], rule.data["than"]) for rule in entity.rules if rule.kind == "not_before"]


def _linked(pairs: list[tuple[str, str]], names: set[str]) -> set[str]:
    """Return all to which the pairs lead from these names, without the names."""
    found: set[str] = set()
    while more := {end for start, end in pairs if start in names | found} - found - names:
        found |= more
    return found


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
        most = entity.get(rule.field).most
        if limit is not None and limit - others > 0 and (most is None or limit - others < most):
            values = _numbers(entity.get(rule.field), limit - others + 1, limit - others)
            return Trial(entity, rule, key, {rule.field: values[0]}, {rule.field: values[1]})
    return _lowered(rule, entity)


def _lowered(rule: Rule, entity: Entity) -> Trial | None:
    """Where no record may grow as far as the sum, the limit is lowered instead."""
    name, parent = rule.data["limit"], rule.parent
    for row in entity.sample.values():
        limit, total = limit_and_others(rule, entity, row, "")
        least = parent.get(name).least
        if limit is not None and total - 1 >= (least if least is not None else 0):
            values = _numbers(parent.get(name), total - 1, total)
            return Trial(parent, rule, row[rule.data["over"]], {name: values[0]}, {name: values[1]}, name)
    return None


def _numbers(field: Field, *values: Decimal) -> list[Any]:
    return [int(value) if field.kind == "integer" else f"{value:.2f}" for value in values]


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
