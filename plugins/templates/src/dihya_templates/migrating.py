"""The migration from one version of a plugin to the next: tables take their new shape with their rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from .code import DECIMALS, length, migrated_type, migration_column
from .listing import constraints
from .pairing import Pair
from .plan import Entity, Field, Plan
from .quoting import Node, fit, laid_out, python

_FILLERS = {
    "text": "?", "long_text": "?", "boolean": False, "date": "created_at", "datetime": "created_at", "email": "unknown@example.org",
    "phone": "+33199000000", "url": "https://example.org/",
}  # fmt: skip


def migration(before: Plan, after: Plan, found: Sequence[Pair], number: int, follows: str) -> str:
    """Return the text of a migration; "" where no table changes.

    Args:
        number: of the revision.
        follows: the revision before it.
    """
    moved = reshaped(before, after, found)
    if not moved:
        return ""
    sides = ((after, [pair.new for pair in moved if pair.new]), (before, [pair.old for pair in moved if pair.old]))
    new, old = (_created(plan, [each for each in plan.entities if each in chosen]) for plan, chosen in sides)
    moves = "\n".join(laid_out(_move(before, after, pair, found), 4) for pair in moved)
    return f'''"""The tables of version {after.version}."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from dihya_hookspecs.growing import Column, Move, Table, reshape

revision = "{after.name}_{number:04}"
down_revision = {python(follows)}
branch_labels = None
depends_on = None

MOVES = (
{moves}
)


def upgrade() -> None:
    """Give the tables their new shape; what has no place in it is kept in a file below the data folder."""
    reshape(revision, MOVES, new_tables)


def downgrade() -> None:
    """Give them their old shape again, with what was kept."""
    reshape(revision, MOVES, old_tables, down=True)


def new_tables() -> None:
    """Create the tables as they are from now on."""
{new or "    # none of them is left"}


def old_tables() -> None:
    """Create the tables as they were."""
{old or "    # there was none of them"}
'''


def reshaped(before: Plan, after: Plan, found: Sequence[Pair]) -> list[Pair]:
    """Return the tables that change, and those that refer to one that does."""
    chosen = [pair for pair in found if _differs(before, after, pair)]
    while True:
        names = {each.name for pair in chosen for each in (pair.old, pair.new) if each}
        more = [
            pair
            for pair in found
            if pair not in chosen
            and any(field.target in names for each in (pair.old, pair.new) if each for field in each.references)
        ]
        if not more:
            return [pair for pair in found if pair in chosen]
        chosen += more


def filler(field: Field) -> Any:
    """Return what a record without a value gets in a column that needs one; None for what nobody can make up."""
    if field.default is not None:
        return int(Decimal(str(field.default)) * 100) if field.kind in DECIMALS else field.default
    if field.kind == "enum":
        return field.values[0][0]
    if field.kind == "integer":
        return field.least or 0
    if field.kind in DECIMALS:
        return (field.least or 0) * 100
    text = _FILLERS.get(field.kind)
    return text.ljust(field.least or 0, "?") if field.kind == "text" and isinstance(text, str) else text


def _differs(before: Plan, after: Plan, pair: Pair) -> bool:
    if pair.old is None or pair.new is None:
        return True
    if _shape(before, pair.old) != _shape(after, pair.new) or pair.choices:
        return True
    return any(
        new is None or old is None or new.name != old.name or _loses_values(new, old) for new, old in pair.fields
    )


def _loses_values(new: Field, old: Field) -> bool:
    return new.kind != old.kind or not {name for name, _ in old.values} <= {name for name, _ in new.values}


def _shape(plan: Plan, entity: Entity) -> list[str]:
    return sorted([entity.plural, *map(migration_column, entity.fields), *constraints(plan, entity)])


def _created(plan: Plan, entities: Sequence[Entity]) -> str:
    return "\n".join(line for entity in entities for line in _table(plan, entity))


def _table(plan: Plan, entity: Entity) -> list[str]:
    """Return the lines that make a table, as the first migration of a plugin has them."""
    name = f"{plan.name}_{entity.plural}"
    record = [("id", "sa.Uuid()"), ("version", "sa.Integer()")]
    record += [(each, "sa.DateTime(timezone=True)") for each in ("created_at", "changed_at")]
    lines = ["    op.create_table(", f'        "{name}",', *map(migration_column, entity.fields)]
    lines += [f'        sa.Column("{each}", {kind}, nullable=False),' for each, kind in record]
    lines += [*constraints(plan, entity), "    )"]
    for field in entity.references:
        items = [f'op.f("ix_{name}_{field.name}")', f'"{name}"', f'["{field.name}"]']
        lines.append(fit("    op.create_index(", items, ")"))
    return lines


def _move(before: Plan, after: Plan, pair: Pair, found: Sequence[Pair]) -> Node:
    now = {each.old.name: each.new.name for each in found if each.old and each.new}
    items: list[Node] = [
        _described(before, pair.old, now) if pair.old else "None",
        _described(after, pair.new, {}) if pair.new else "None",
    ]
    columns = {new.name: old.name for new, old in pair.fields if new and old}
    if columns:
        items.append(("columns={", [f"{python(name)}: {python(old)}" for name, old in columns.items()], "}"))
    if pair.choices:
        items.append(("choices={", [_ways(name, ways) for name, ways in pair.choices.items()], "}"))
    return "Move(", items, ")"


def _ways(name: str, ways: Mapping[str, str]) -> Node:
    return f"{python(name)}: {{", [f"{python(old)}: {python(new)}" for old, new in ways.items()], "}"


def _described(plan: Plan, entity: Entity, now: Mapping[str, str]) -> Node:
    columns: list[Node] = [_column(field, now) for field in entity.fields]
    needs = [python(f"{plan.name}_{plan.entity(field.target).plural}") for field in entity.references]
    parts: list[Node] = [python(f"{plan.name}_{entity.plural}"), ("(", columns, ",)" if len(columns) == 1 else ")")]
    if needs:
        parts.append(("needs=(", needs, ",)" if len(needs) == 1 else ")"))
    return "Table(", parts, ")"


def _column(field: Field, now: Mapping[str, str]) -> Node:
    items: list[Node] = [python(field.name), python(field.kind)]
    if migrated_type(field).startswith("sa.String"):
        items.append(f"length={length(field)}")
    if not field.nullable:
        items += ["nullable=False", f"filler={python(filler(field))}"]
    if field.values:
        values = [python(name) for name, _title in field.values]
        items.append(("values=(", values, ",)" if len(values) == 1 else ")"))
    if field.target:
        items.append(f"target={python(now.get(field.target, field.target))}")
    return "Column(", items, ")"
