"""Fragments of Python for one field or rule; the files around them stand in ``plugin/``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from dihya_hookspecs.i18n import Text

from .plan import Entity, Field, Plan, Rule
from .quoting import Node, fit, flat, laid_out, python

LENGTHS = {"text": 200, "email": 254, "phone": 16, "url": 500, "enum": 40, "iban": 34, "sequence": 40}
LONGEST_TEXT = 10_000
DECIMALS = ("decimal", "money", "percentage")
"""Kinds of fields whose values are decimal numbers of two places."""
_MAPPED = {
    "integer": "int",
    "decimal": "Decimal",
    "money": "Decimal",
    "percentage": "Decimal",
    "boolean": "bool",
    "date": "date",
    "datetime": "datetime",
    "reference": "uuid.UUID",
}
TYPES = {
    "text": "ShortText",
    "long_text": "LongText",
    "integer": "Whole",
    "decimal": "Number",
    "money": "Money",
    "percentage": "Percentage",
    "boolean": "Flag",
    "date": "LocalDate",
    "datetime": "UTCDateTime",
    "email": "Email",
    "phone": "Phone",
    "url": "Url",
    "iban": "Iban",
    "sequence": "Sequence",
    "enum": "Choice",
    "reference": "Reference",
}
"""What each kind of field is in the contract."""
_MIGRATED = {
    "long_text": "sa.Text()",
    "integer": "sa.Integer()",
    "decimal": "sa.BigInteger()",
    "money": "sa.BigInteger()",
    "percentage": "sa.BigInteger()",
    "boolean": "sa.Boolean()",
    "date": "sa.Date()",
    "datetime": "sa.DateTime(timezone=True)",
    "reference": "sa.Uuid()",
}


def length(field: Field) -> int:
    """Return how many characters a text may have."""
    if field.kind == "long_text":
        return min(field.most or LONGEST_TEXT, 100_000)
    return min(field.most or LENGTHS["text"], 2000) if field.kind == "text" else LENGTHS[field.kind]


def field_type(field: Field, entity: Entity, plan: Plan) -> str:
    """Return the type of a field with its limits, as the models write it."""
    limits = [f"{name}={value}" for name, value in (("min", field.least), ("max", field.most)) if value is not None]
    match field.kind:
        case "text" | "long_text":
            limits = [str(length(field)), *([f"min={field.least}"] if field.least else [])]
        case "enum":
            return flat(_choice(field, entity))
        case "reference":
            limits = [python(plan.entity(field.target).plural)]
        case "sequence":
            limits = [python(field.pattern)]
        case "integer" | "decimal" | "money" | "percentage":
            pass
        case _:
            limits = []
    return f"{TYPES[field.kind]}({', '.join(limits)})"


def _choice(field: Field, entity: Entity) -> Node:
    captions = [(f"{python(name)}: (", [python(title.en), python(title.fr)], ")") for name, title in field.values]
    moves = next(
        (rule.data["moves"] for rule in entity.rules if rule.kind == "states" and rule.field == field.name), None
    )
    parts: list[Node] = [("{", captions, "}")]
    if moves is not None:
        following = [(f"{python(state)}: (", [python(name) for name in names], ",)") for state, names in moves.items()]
        parts.append(("moves={", following, "}"))
    return "Choice(", parts, ")"


def pair(text: Text) -> str:
    """Return a text in both languages as the fields take it."""
    return f"({python(text.en)}, {python(text.fr)})"


def migrated_type(field: Field) -> str:
    """Return the SQLAlchemy type of a column as the migration writes it."""
    return _MIGRATED.get(field.kind) or f"sa.String({length(field)})"


def model_column(field: Field, entity: Entity, plan: Plan) -> str:
    """Return the declaration of one field: everything that is to be said about it."""
    mapped = _MAPPED.get(field.kind, "str") + (" | None" if field.nullable else "")
    call, first = ("personal", field.category) if field.category else ("impersonal", field.why)
    items = [python(first), field_type(field, entity, plan), f"label={pair(field.label)}"]
    items += [f"help={pair(field.help)}"] if field.help else []
    items += ["required=True"] if field.required and field.nullable else []
    items += [f"default={_default(field)}"] if field.default is not None else []
    items += ["unique=True"] if field.unique else []
    items += ["search=True"] if field.name in entity.search else []
    items += ["listed=True"] if field.name in entity.columns else []
    items += ["total=True"] if field.name in entity.totals else []
    if field.purpose and field.purpose != entity.purpose:
        items += [f"purpose={pair(field.purpose.title)}"]
        items += [f"{key}={python(getattr(field.purpose, key))}" for key in ("basis", "retention")]
    line = fit(f"    {field.name}: Mapped[{mapped}] = {call}(", items, ")")
    return line.replace(f"        {items[1]},", laid_out(_choice(field, entity), 8)) if field.kind == "enum" else line


def _default(field: Field) -> str:
    return f'Decimal("{Decimal(field.default):.2f}")' if field.kind in DECIMALS else python(field.default)


def migration_column(field: Field) -> str:
    """Return one column of ``op.create_table``."""
    nullable = "True" if field.nullable else "False"
    return f"        sa.Column({python(field.name)}, {migrated_type(field)}, nullable={nullable}),"


def declared_rules(entity: Entity) -> list[str]:
    """Return the calls that declare the rules of a table; moves between states stand in the choice itself."""
    return [_rule(rule) for rule in entity.rules if rule.kind != "states"]


def _rule(rule: Rule) -> str:
    data = rule.data
    match rule.kind:
        case "not_before":
            items = [python(data["field"]), python(data["than"])]
        case "required_when":
            items = [python(data["field"]), f"{{{python(data['when'])}: {python(data['is'])}}}"]
        case "no_overlap":
            per = [f"per={tuple_of(data['per'])}"] if data.get("per") else []
            unless = [f"unless={_stated(data['unless'])}"] if "unless" in data else []
            items = [python(data["field"]), python(data["end"]), *per, *unless]
        case "past_when":
            items = [python(data["field"]), _stated(data["when"])]
        case "refers_to":
            items = [python(data["field"]), _stated(data["where"])]
        case "within":
            ends = [f"{key}={python(data[key])}" for key in ("since", "until") if key in data]
            items = [python(data["field"]), f"over={python(data['over'])}", *ends]
        case "unique_together":
            items = [python(name) for name in data["fields"]]
        case _:
            items = [python(data["field"]), f"over={python(data['over'])}", f"limit={python(data['limit'])}"]
    return f"{rule.kind}({', '.join(items)})"


def _stated(said: Mapping[str, Sequence[str]]) -> str:
    """Return field → values as Python writes it."""
    return f"{{{', '.join(f'{python(name)}: {tuple_of(values)}' for name, values in said.items())}}}"


def tuple_of(names: Any) -> str:
    """Return a tuple of strings as Python writes it."""
    items = [python(name) for name in names]
    return f"({items[0]},)" if len(items) == 1 else f"({', '.join(items)})"
