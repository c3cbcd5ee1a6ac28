"""Technical names that change: everything that bears the old name gets the new one, and the part remembers what it was."""

from __future__ import annotations

import re
from typing import Any

from dihya_hookspecs.i18n import gettext as _

from .draft import Draft, Part, refused
from .entity_rules import rule_fields, speaks_of, stated
from .names import plural


def remember(part: Part, name: str) -> None:
    """Give a part another name; it keeps the one that it bore in the version before."""
    first = part.pop("was", part["name"])
    part["name"] = name
    if first != name:
        part["was"] = first


def rename_table(draft: Draft, table: Part, name: str) -> None:
    """Rename a table, its plural, and what points to it."""
    old = table["name"]
    for _other, field in draft.referring(old):
        field["to"] = name
    remember(table, name)
    table["plural"] = plural(name)
    draft.changed = (name, "")


def rename_field(draft: Draft, table: Part, field: Part, name: str) -> None:
    """Rename a field in its table, in the rules of others, in paths to a person and in the retention that counts from it."""
    old = field["name"]
    if any(each is not field and each["name"] == name for each in table["fields"]):
        raise refused("/name", _("field %(name)r is there already; choose another name", name=name))
    for key in ("columns", "search", "totals"):
        if key in table:
            table[key] = [name if each == old else each for each in table[key]]
    if "order" in table:
        table["order"] = re.sub(rf"^(-?){old}$", rf"\g<1>{name}", table["order"])
    if "caption" in table:
        table["caption"] = table["caption"].replace(f"{{{old}}}", f"{{{name}}}")
    for rule in table.get("rules", ()):
        _rename_in_rule(rule, old, name)
    _rename_limits(draft, table, old, name)
    _rename_in_paths(draft, table, old, name)
    for row in table.get("sample", {}).values():
        if old in row:
            row[name] = row.pop(old)
    _rename_in_retention(draft, table, old, name)
    remember(field, name)
    draft.changed = (table["name"], name)


def _rename_in_rule(rule: dict[str, Any], old: str, name: str) -> None:
    if old not in rule_fields(rule):
        return
    for key in ("field", "than", "end", "when", "over"):
        if rule.get(key) == old:
            rule[key] = name
    for key in ("fields", "per"):
        if key in rule:
            rule[key] = [name if each == old else each for each in rule[key]]
    for key in ("when", "unless"):
        if stated(rule, key):
            rule[key] = _renamed(rule[key], old, name)


def _rename_limits(draft: Draft, table: Part, old: str, name: str) -> None:
    """Rules of other tables may speak of the field: a limit, a day, a state."""
    for other in draft.tables:
        targets = {each["name"]: each.get("to") for each in other["fields"]}
        for rule in other.get("rules", ()):
            if old not in speaks_of(rule) or targets.get(rule.get("over") or rule.get("field")) != table["name"]:
                continue
            for key in ("limit", "since", "until"):
                if rule.get(key) == old:
                    rule[key] = name
            if stated(rule, "where"):
                rule["where"] = _renamed(rule["where"], old, name)


def _renamed(values: dict[str, Any], old: str, name: str) -> dict[str, Any]:
    return {name if key == old else key: value for key, value in values.items()}


def _rename_in_paths(draft: Draft, table: Part, old: str, name: str) -> None:
    for other in draft.tables:
        if other.get("subject", "id") == "id":
            continue
        steps, here = other["subject"].split("."), other
        for number, step in enumerate(steps):
            target = next((each.get("to", "") for each in here["fields"] if each["name"] == step), "")
            if here is table and step == old:
                steps[number] = name
            if target not in draft.by_name:
                break
            here = draft.by_name[target]
        other["subject"] = ".".join(steps)


def _rename_in_retention(draft: Draft, table: Part, old: str, name: str) -> None:
    """A purpose that other tables share stays as it is for them: this table gets one of its own."""
    purposes = draft.data["purposes"]
    counted = re.compile(rf"\b(after|until) {old}\b")
    for key in _purposes_of(table):
        if not counted.search(purposes[key]["retention"]):
            continue
        renamed = {**purposes[key], "retention": counted.sub(rf"\1 {name}", purposes[key]["retention"])}
        if any(key in _purposes_of(other) for other in draft.tables if other is not table):
            own = f"{key[:30]}_{table['name']}"[:40]
            purposes[own] = renamed
            _point_to(table, key, own)
        else:
            purposes[key] = renamed


def _purposes_of(table: Part) -> list[str]:
    return [*dict.fromkeys(part["purpose"] for part in (table, *table["fields"]) if "purpose" in part)]


def _point_to(table: Part, old: str, name: str) -> None:
    for part in (table, *table["fields"]):
        if part.get("purpose") == old:
            part["purpose"] = name
