"""Fragments of Python for one field or rule; the files around them stand in ``plugin/``."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from .plan import Entity, Field, Plan, Rule
from .quoting import fit, python

LENGTHS = {"text": 200, "email": 254, "phone": 32, "url": 500}
LONGEST_TEXT = 10_000
_MAPPED = {
    "integer": "int",
    "decimal": "Decimal",
    "boolean": "bool",
    "date": "date",
    "datetime": "datetime",
    "reference": "uuid.UUID",
}
_PLAIN = {
    "long_text": "Text",
    "integer": "Integer",
    "decimal": "Money",
    "boolean": "Boolean",
    "date": "Date",
    "datetime": "Moment",
}
_MIGRATED = {"decimal": "sa.BigInteger()", "datetime": "sa.DateTime(timezone=True)", "reference": "sa.Uuid()"}
_ALIASES = {"email": "Email", "phone": "Phone", "url": "Link"}


def length(field: Field) -> int:
    """Return how many characters the column of a text holds."""
    if field.kind == "enum":
        return max(len(name) for name, _ in field.values)
    return min(field.most or LENGTHS[field.kind], 2000) if field.kind == "text" else LENGTHS[field.kind]


def column_type(field: Field) -> str:
    """Return the SQLAlchemy type of a column as the models write it."""
    if field.kind == "reference":
        return "Uuid"
    return _PLAIN.get(field.kind) or f"String({length(field)})"


def migrated_type(field: Field) -> str:
    """Return the SQLAlchemy type of a column as the migration writes it."""
    return _MIGRATED.get(field.kind) or (
        f"sa.{_PLAIN[field.kind]}()" if field.kind in _PLAIN else f"sa.String({length(field)})"
    )


def model_column(field: Field, entity: Entity, plan: Plan) -> str:
    """Return the declaration of one column."""
    mapped = _MAPPED.get(field.kind, "str") + (" | None" if field.nullable else "")
    call, first = ("personal", field.category) if field.category else ("impersonal", field.why)
    items = [python(first), column_type(field)]
    if field.target:
        items.append(f"ForeignKey({python(f'{plan.name}_{plan.entity(field.target).plural}.id')})")
        items.append("index=True")
    items += ["unique=True"] if field.unique else []
    items += ["active_history=True"] if field.active_history else []
    if field.purpose and field.purpose != entity.purpose:
        items += [f"{key}={python(getattr(field.purpose, key))}" for key in ("basis", "retention")]
        items.insert(-2, f"purpose={python(field.purpose.title)}")
    return fit(f"    {field.name}: Mapped[{mapped}] = {call}(", items, ")")


def migration_column(field: Field) -> str:
    """Return one column of ``op.create_table``."""
    nullable = "True" if field.nullable else "False"
    return f"        sa.Column({python(field.name)}, {migrated_type(field)}, nullable={nullable}),"


def form_field(field: Field, entity: Entity) -> str:
    """Return one field of a form."""
    if field.kind == "enum":
        return _enum_field(field, entity)
    bare, limits = _form_type(field)
    head = f"    {field.name}: "
    end = _form_default(field)
    if not limits:
        return f"{head}{bare}{' | None' if field.optional else ''}{end}"
    joined = f"Annotated[{bare}, Field({', '.join(limits)})]{' | None' if field.optional else ''}"
    return f"{head}{joined}{end}"


def _enum_field(field: Field, entity: Entity) -> str:
    values = ", ".join(python(name) for name, _ in field.values)
    optional, captions = " | None" if field.optional else "", f"captioned({captions_name(field, entity)})"
    line = f"    {field.name}: Annotated[Literal[{values}], {captions}]{optional}{_form_default(field)}"
    if len(line) <= 120:
        return line
    inner = [f"        Literal[{values}],"]
    if len(inner[0]) > 120:
        names = [f"            {python(name)}," for name, _ in field.values]
        inner = ["        Literal[", *names, "        ],"]
    return "\n".join(
        [f"    {field.name}: Annotated[", *inner, f"        {captions},", f"    ]{optional}{_form_default(field)}"]
    )


def captions_name(field: Field, entity: Entity) -> str:
    """Return the name of the constant with the captions of an enumeration."""
    return f"{entity.name}_{field.name}".upper()


def _form_type(field: Field) -> tuple[str, list[str]]:
    least, most = field.least, field.most
    match field.kind:
        case "text":
            return "str", _text_limits(field, length(field))
        case "long_text":
            limits = _text_limits(field, min(most or LONGEST_TEXT, 100_000))
            return "str", [*limits, 'json_schema_extra={"multiline": True}']
        case "integer":
            lowest, highest = -(2**31) if least is None else least, 2**31 - 1 if most is None else most
            return "int", [f"ge={lowest}", f"le={highest}"]
        case "decimal":
            bounds = [] if least is None else [f"ge={least}"]
            bounds += [] if most is None else [f"le={most}"]
            return "Decimal", ["max_digits=14", "decimal_places=2", *bounds]
        case "datetime":
            return "Moment", []
        case "reference":
            return "UUID", []
        case "boolean":
            return "bool", []
    return _ALIASES.get(field.kind, "date"), []


def _text_limits(field: Field, most: int) -> list[str]:
    least = max(field.least or 0, 1 if field.required else 0)
    return [*([f"min_length={least}"] if least else []), f"max_length={most}"]


def _form_default(field: Field) -> str:
    if field.required:
        return ""
    if field.kind == "decimal" and field.default is not None:
        return f' = Decimal("{Decimal(field.default):.2f}")'
    return f" = {python(field.default)}"


def rule_call(rule: Rule, entity: Entity) -> str:
    """Return the line of ``check`` that applies a rule."""
    data, told = rule.data, f"_({python(rule.message.en)})"
    match rule.kind:
        case "not_before":
            items = ["record", python(data["field"]), python(data["than"]), told]
        case "required_when":
            needed = f"record.{data['when']} == {python(data['is'])}"
            items = ["record", python(data["field"]), needed, told]
        case "states":
            items = ["record", python(data["field"]), moves_name(rule, entity), told]
        case "unique_together":
            items = ["self.session", "record", f"({', '.join(python(name) for name in data['fields'])})", told]
        case _:
            over, limit = f"{entity.model}.{data['over']}", f"{rule.parent.model}.{data['limit']}"
            items = ["self.session", "record", python(data["field"]), over, limit, told]
    return fit(f"        rules.{rule.kind}(", items, ")")


def moves_name(rule: Rule, entity: Entity) -> str:
    """Return the name of the constant with the moves between states."""
    return f"{entity.name}_{rule.field}_moves".upper()


def tuple_of(names: Any) -> str:
    """Return a tuple of strings as Python writes it."""
    items = [python(name) for name in names]
    return f"({items[0]},)" if len(items) == 1 else f"({', '.join(items)})"
