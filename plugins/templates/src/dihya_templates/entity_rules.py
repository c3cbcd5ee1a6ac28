"""What must hold of the rules of an entity: the fields that they name are there, and fit."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from dihya_hookspecs import Flaw
from dihya_hookspecs.i18n import gettext as _

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
            yield Flaw(where, _("no field %(name)r in %(table)r", name=missing[0], table=entity["name"]))
        elif wrong := _RULES[rule["rule"]](rule, fields, entities):
            yield Flaw(where, wrong)


def rule_fields(rule: Mapping[str, Any]) -> list[str]:
    """Return the names of the fields of its own entity that a rule speaks of."""
    one = [rule[key] for key in ("field", "than", "end", "when", "over") if isinstance(rule.get(key), str)]
    return [*rule.get("fields", ()), *one, *rule.get("per", ()), *stated(rule, "when"), *stated(rule, "unless")]


def stated(rule: Mapping[str, Any], key: str) -> Mapping[str, Sequence[str]]:
    """Return field → values of a rule that says several (``unless: {status: [missed]}``); empty where it says none."""
    said = rule.get(key, {})
    return said if isinstance(said, Mapping) else {}


def speaks_of(rule: Mapping[str, Any]) -> list[str]:
    """Return the names of the fields that a rule speaks of in the record to which its reference leads."""
    return [*(rule[key] for key in ("limit", "since", "until") if key in rule), *stated(rule, "where")]


def values_of(field: Mapping[str, Any]) -> list[str]:
    """Return the values that a field may have; none for a field that is no choice."""
    return [value["name"] for value in field.get("values", ())]


def _not_before(rule: Entity, fields: Fields, entities: Mapping[str, Entity]) -> str:
    kinds = {fields[rule["field"]]["type"], fields[rule["than"]]["type"]}
    alike = len(kinds) == 1 and kinds <= {"date", "datetime", *NUMBERS}
    return "" if alike else _("both fields must be dates, or both datetimes, or both numbers of one type")


def _required_when(rule: Entity, fields: Fields, entities: Mapping[str, Entity]) -> str:
    if rule["is"] not in values_of(fields[rule["when"]]):
        return _("%(value)r is not a value of the field %(name)r", value=rule["is"], name=rule["when"])
    optional = not fields[rule["field"]].get("required") and "default" not in fields[rule["field"]]
    return "" if optional else _("%(name)r always has a value", name=rule["field"])


def _states(rule: Entity, fields: Fields, entities: Mapping[str, Entity]) -> str:
    values = values_of(fields[rule["field"]])
    named = {*rule["moves"], *(state for states in rule["moves"].values() for state in states)}
    if set(rule["moves"]) != set(values) or not named <= set(values):
        return _("the moves must name each value of %(name)r once, and no other", name=rule["field"])
    return ""


def _unique_together(rule: Entity, fields: Fields, entities: Mapping[str, Entity]) -> str:
    return "" if len(set(rule["fields"])) == len(rule["fields"]) else _("a field is named twice")


def _sum_at_most(rule: Entity, fields: Fields, entities: Mapping[str, Entity]) -> str:
    summed, over = fields[rule["field"]], fields[rule["over"]]
    if summed["type"] not in NUMBERS or not (summed.get("required") or "default" in summed):
        return _("%(name)r must be a number that always has a value", name=rule["field"])
    target = entities.get(over.get("to", ""), {"fields": ()})
    limits = [field for field in target["fields"] if field["name"] == rule["limit"] and field["type"] == summed["type"]]
    if limits:
        return ""
    return _("%(name)r must be a number of the record that %(over)r points to", name=rule["limit"], over=rule["over"])


def _no_overlap(rule: Entity, fields: Fields, entities: Mapping[str, Entity]) -> str:
    kinds = fields[rule["field"]]["type"], fields[rule["end"]]["type"]
    if kinds not in (("date", "date"), ("datetime", "datetime"), ("datetime", "integer")):
        return _("it lies between two dates, between two datetimes, or from a datetime for a number of minutes")
    return _values_flaw(stated(rule, "unless"), fields)


def _past_when(rule: Entity, fields: Fields, entities: Mapping[str, Entity]) -> str:
    if fields[rule["field"]]["type"] not in ("date", "datetime"):
        return _("%(name)r must be a date or a datetime", name=rule["field"])
    return _values_flaw(stated(rule, "when"), fields)


def _refers_to(rule: Entity, fields: Fields, entities: Mapping[str, Entity]) -> str:
    target = _target(fields[rule["field"]], entities)
    if target is None:
        return _("%(name)r must be a reference", name=rule["field"])
    return _values_flaw(rule["where"], target)


def _within(rule: Entity, fields: Fields, entities: Mapping[str, Entity]) -> str:
    target = _target(fields[rule["over"]], entities)
    if target is None:
        return _("%(name)r must be a reference", name=rule["over"])
    days = [(rule["field"], fields), *((rule[key], target) for key in ("since", "until") if key in rule)]
    wrong = [name for name, known in days if known.get(name, {}).get("type") not in ("date", "datetime")]
    return _("%(name)r must be a date or a datetime", name=wrong[0]) if wrong else ""


def _target(field: Mapping[str, Any], entities: Mapping[str, Entity]) -> Fields | None:
    """Return the fields of the entity to which a reference leads; none of an entity that is not there."""
    if field["type"] != "reference":
        return None
    return {each["name"]: each for each in entities.get(field["to"], {"fields": ()})["fields"]}


def _values_flaw(said: Mapping[str, Sequence[str]], fields: Fields) -> str:
    for name, values in said.items():
        known = values_of(fields[name]) if name in fields else []
        if wrong := [value for value in values if value not in known]:
            return _("%(value)r is not a value of the field %(name)r", value=wrong[0], name=name)
    return ""


_RULES: dict[str, Callable[[Entity, Fields, Mapping[str, Entity]], str]] = {
    "not_before": _not_before,
    "required_when": _required_when,
    "states": _states,
    "unique_together": _unique_together,
    "sum_at_most": _sum_at_most,
    "no_overlap": _no_overlap,
    "past_when": _past_when,
    "refers_to": _refers_to,
    "within": _within,
}


def value_flaws(field: Mapping[str, Any], where: str) -> Iterator[Flaw]:
    """Yield what is wrong with the choices and the default of a field; *where* is its pointer."""
    values, default = values_of(field), field.get("default")
    if len(set(values)) < len(values):
        yield Flaw(f"{where}/values", _("a value is given twice"))
    if default is None or isinstance(default, Mapping):
        return
    kind = field["type"]
    fits = {
        "boolean": isinstance(default, bool),
        "integer": isinstance(default, int) and not isinstance(default, bool),
        "decimal": isinstance(default, int) and not isinstance(default, bool),
        "money": isinstance(default, int) and not isinstance(default, bool),
        "percentage": isinstance(default, int) and not isinstance(default, bool),
        "enum": default in values,
    }.get(kind, kind in ("text", "long_text") and isinstance(default, str))
    if not fits:
        said = _("%(value)r cannot be the default of a field of type %(kind)r", value=default, kind=kind)
        yield Flaw(f"{where}/default", said)
