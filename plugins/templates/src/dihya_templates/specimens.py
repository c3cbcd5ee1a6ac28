"""Records and values with which the generated tests try a plugin, found among its sample records."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from itertools import product
from typing import Any

from .code import length
from .entity_rules import rule_fields
from .plan import Entity, Field, Plan, Rule
from .quoting import fit, mapping, python
from .trials import limit_and_others, number_of

_WORD = "Zélie"
_TRIED = 5000
_CANARY = 14
"""Characters of the mark by which the generated tests follow a text."""


def new_record(entity: Entity, plan: Plan) -> dict[str, Any]:
    """Return values for a record that clashes with no sample record."""
    first = dict(next(iter(entity.sample.values())))
    for field in entity.fields:
        if field.unique:
            first[field.name] = _other(field)
    for rule in entity.rules:
        if rule.kind == "unique_together":
            first |= _free(entity, rule, plan, first)
    for rule in entity.rules:
        if rule.kind == "no_overlap":
            first |= _later(entity, rule, first)
    return first


def change(entity: Entity) -> dict[str, Any]:
    """Return a small change that no rule forbids; empty when every field is bound by one."""
    bound = {name for rule in entity.rules for name in rule_fields(rule.data)}
    free = [each for each in entity.fields if each.name not in bound and not each.unique]
    for kind in ("text", "long_text"):
        for field in free:
            if field.kind == kind and (field.most or 80) >= len(_WORD) and (field.least or 0) <= len(_WORD):
                return {field.name: _WORD}
    first = next(iter(entity.sample.values()))
    for field in free:
        if field.kind == "boolean":
            return {field.name: not first.get(field.name, field.default)}
        if field.kind == "date":
            return {field.name: "2030-01-01"}
    return {}


def wrong_values(entity: Entity) -> Iterator[tuple[str, str]]:
    """Yield field and a Python expression that its form must refuse."""
    for field in entity.fields:
        match field.kind:
            case "text" | "long_text":
                yield field.name, f'"x" * {length(field) + 1}'
            case "integer":
                yield field.name, str((field.most if field.most is not None else 2**31 - 1) + 1)
            case "decimal" | "money" | "percentage":
                yield field.name, '"0.001"'
            case "iban":
                yield field.name, '"FR76 0000"'
            case "email":
                yield field.name, '"no address"'
            case "phone":
                yield field.name, '"call me"'
            case "url":
                yield field.name, '"javascript:alert(1)"'
            case "enum":
                yield field.name, '"neither"'
            case "date" | "datetime":
                yield field.name, '"the day after"'
            case "reference":
                yield field.name, '"nobody"'


def search_word(entity: Entity) -> tuple[str, str] | None:
    """Return the key of a sample record and a word by which a search finds it."""
    for key, row in entity.sample.items():
        for name in entity.search:
            if isinstance(row.get(name), str) and row[name].split() and row[name].split()[0].isascii():
                return key, row[name].split()[0]
    return None


def searches(plan: Plan) -> list[tuple[Entity, str, str]]:
    """Return entity, key and word for each entity of which a sample record can be searched."""
    found = ((entity, search_word(entity)) for entity in plan.entities)
    return [(entity, *hit) for entity, hit in found if hit]


def referred(plan: Plan) -> list[tuple[Entity, str]]:
    """Return one sample record of each entity to which another record refers."""
    found: dict[str, tuple[Entity, str]] = {}
    for entity in plan.entities:
        for field in entity.references:
            keys = [row[field.name] for row in entity.sample.values() if field.name in row]
            if keys:
                found.setdefault(field.target, (plan.entity(field.target), keys[0]))
    return list(found.values())


def people(plan: Plan) -> list[tuple[Entity, str]]:
    """Return each entity whose records are people, with the sample person about whom the most is known."""
    found = []
    for entity in plan.entities:
        if entity.subject == "id" and entity.personal:
            most = max(
                entity.sample, key=lambda key: (len(rows_about(entity, key, plan)), entity.sample[key].__len__())
            )
            found.append((entity, most))
    return found


def subject(plan: Plan, person: Entity, key: str) -> str:
    """Return the entry of one sample person in the table of people."""
    items = [f'"{plan.name}_{person.plural}"', f'str(identity("{person.plural}", "{key}"))', f'"{plan.name}"']
    return fit(f'    "{person.plural}": Subject(', items, "),")


def rows_about(person: Entity, key: str, plan: Plan) -> list[tuple[Entity, str]]:
    """Return the sample records with personal texts about one person."""
    return [
        (entity, row)
        for entity in plan.entities
        if any(_markable(each) for each in entity.fields)
        for row in entity.sample
        if _subject(entity, row, plan) == (person.name, key)
    ]


def marks(entity: Entity) -> list[Field]:
    """Return the personal fields into which a test can write a canary."""
    return [each for each in entity.fields if _markable(each)]


def retained(plan: Plan) -> list[tuple[str, str]]:
    """Return table and column of each text that an erasure leaves, because the law retains it."""
    return [
        (f"{plan.name}_{entity.plural}", field.name)
        for entity in plan.entities
        for field in marks(entity)
        if field.purpose is not None and field.purpose.basis == "legal_obligation"
    ]


def role_names(plan: Plan) -> list[str]:
    """Return the roles that the tests try: the trade's, the administrator, and somebody without a right."""
    names = dict.fromkeys(name for entity in plan.entities for name in (*entity.readers, *entity.writers))
    return ["admin", *names, "user"]


def broken_mapping(values: Mapping[str, Any]) -> str:
    """Return a dictionary as the value in another one, one entry a line where it is too long for one."""
    line = mapping(values)
    if len(line) <= 90:
        return line
    return "\n".join(["{", *(f"        {python(name)}: {python(value)}," for name, value in values.items()), "    }"])


def _markable(field: Field) -> bool:
    if not field.category or field.kind not in ("text", "long_text", "email"):
        return False
    return field.kind == "long_text" or length(field) >= _CANARY


def _subject(entity: Entity, key: str, plan: Plan) -> tuple[str, str] | None:
    for step in (entity.subject or "").split("."):
        if step == "id":
            break
        if not step or step not in entity.sample[key]:
            return None
        entity, key = plan.entity(entity.get(step).target), entity.sample[key][step]
    return entity.name, key


def _other(field: Field) -> Any:
    match field.kind:
        case "email":
            return "zelie@example.org"
        case "phone":
            return "+33 1 99 00 99 99"
        case "url":
            return "https://example.org/new"
        case "date":
            return "2030-01-01"
        case "datetime":
            return "2030-01-01T10:00:00Z"
        case "percentage":
            return field.most if field.most is not None else 100
        case "iban":
            return "DE89370400440532013000"
        case "integer" | "decimal" | "money":
            return field.most if field.most is not None else 987_654
        case "text" | "long_text":
            return "Z999"[: field.most or 4].ljust(field.least or 0, "z")
    return None


def _free(entity: Entity, rule: Rule, plan: Plan, record: Mapping[str, Any]) -> dict[str, Any]:
    """Return values for the fields of a ``unique_together`` that no sample record has together."""
    names = rule.data["fields"]
    plain = next((each for each in map(entity.get, names) if not each.target and _other(each) is not None), None)
    if plain is not None:
        return {plain.name: _other(plain)}
    taken = {tuple(row.get(name) for name in names) for row in entity.sample.values()}
    choices = [_choices(entity.get(name), plan) for name in names]
    for _, values in zip(range(_TRIED), product(*choices), strict=False):
        candidate = dict(zip(names, values, strict=True))
        if values not in taken and _roomy(entity, plan, {**record, **candidate}):
            return candidate
    return {}


def _later(entity: Entity, rule: Rule, record: Mapping[str, Any]) -> dict[str, Any]:
    """Return the times of a ``no_overlap`` on the first day later at which no sample record begins or goes on."""
    names = [name for name in (rule.data["field"], rule.data["end"]) if isinstance(record.get(name), str)]
    taken = {str(row[name])[:10] for row in entity.sample.values() for name in names if row.get(name)}
    for days in range(1, _TRIED):
        moved = {name: _moved(record[name], days) for name in names}
        if not taken.intersection(value[:10] for value in moved.values()):
            return moved
    return {}


def _moved(value: str, days: int) -> str:
    return (date.fromisoformat(value[:10]) + timedelta(days=days)).isoformat() + value[10:]


def _choices(field: Field, plan: Plan) -> list[Any]:
    if field.target:
        return list(plan.entity(field.target).sample)
    return [name for name, _ in field.values] or [False, True]


def _roomy(entity: Entity, plan: Plan, record: Mapping[str, Any]) -> bool:
    for rule in entity.rules:
        if rule.kind == "sum_at_most":
            limit, others = limit_and_others(rule, entity, record, "")
            if limit is not None and others + number_of(record, entity.get(rule.field)) > limit:
                return False
    return True
