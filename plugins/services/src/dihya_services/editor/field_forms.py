"""What the forms of fields are sent, as edits."""

from __future__ import annotations

from typing import Any

from dihya_hookspecs.i18n import gettext as _

from .inputs import Edit, Empty, Fields, both, gone, known, lines, number, reader, text, words
from .parts import Part, field_of, said, title_of


def standing(field: Part) -> dict[str, Any]:
    """Return what the form of a field holds as long as nobody types."""
    plain = {key: field.get(key, "") for key in ("type", "to", "min", "max", "pattern", "name")}
    default = field.get("default", "")
    values = [said(value.get("title"), reader()) or title_of(value) for value in field.get("values", ())]
    return {
        **plain, **both("label", field.get("label") or title_of(field)), **both("help", field.get("help")),
        "default": str(default).lower() if isinstance(default, bool) else default, "values": "\n".join(values),
        "required": bool(field.get("required")), "unique": bool(field.get("unique")),
        "about": "person" if "personal" in field else "nobody", "category": field.get("personal", ""),
        "held_for": field.get("purpose", ""), "reason": said(field.get("impersonal"), reader()),
    }  # fmt: skip


def add_field(document: Part, fields: Fields) -> list[Edit]:
    """Return the edit that adds a field: what only the label tells is left to it."""
    kind, values = fields.get("type", ""), lines(fields.get("values", ""))
    to = fields.get("to", "") if kind in ("", "reference") else ""
    edit: Edit = {"edit": "add_field", "table": fields.get("table", ""), "label": text(fields, "label"), "type": kind}
    edit |= {"to": to} if to else {}
    edit |= {"values": values} if values and kind in ("", "enum") else {}
    return [edit | ({"required": True} if fields.get("required") else {})]


def change_field(document: Part, fields: Fields) -> list[Edit]:
    """Return the edits that bring a field to what its form says. Raises Invalid for one that is gone or has no label."""
    name = fields.get("table", "")
    field = field_of(known(document, name), fields.get("field", ""))
    if field is None:
        raise gone()
    where = {"table": name, "field": field["name"]}
    kind = fields.get("type") or field["type"]
    found = [*_renamed(field, fields, where), *_changed(field, kind, fields, where)]
    if kind == "enum" and field["type"] == "enum" and (wanted := _values(field, fields.get("values", ""))):
        found.append({"edit": "set_choices", **where, "choices": wanted})
    if kind != "reference" and field["type"] != "reference":
        found += _about(field, fields, where)
    technical = text(fields, "name")
    if technical not in ("", field["name"]) and (kind == "reference") == (field["type"] == "reference"):
        found.append({"edit": "rename_field", **where, "name": technical})
    return found


def _renamed(field: Part, fields: Fields, where: Edit) -> list[Edit]:
    label = words(field.get("label") or field["name"], text(fields, "label"), fields.get("label_other"))
    if label == "":
        raise Empty("label", _("a field needs a label"))
    help = words(field.get("help"), text(fields, "help"), fields.get("help_other"))
    if label is None and help is None:
        return []
    edit = {"edit": "rename_field", **where, **({"label": label} if label else {})}
    return [edit | ({} if help is None else {"help": help})]


def _changed(field: Part, kind: str, fields: Fields, where: Edit) -> list[Edit]:
    edit: Edit = {}
    if kind != field["type"]:
        edit |= {"type": kind}
        edit |= {"values": lines(fields.get("values", ""))} if kind == "enum" else {}
    if kind == "reference" and fields.get("to", "") != field.get("to", ""):
        edit["to"] = fields.get("to", "")
    if kind == "sequence":
        edit |= (
            {"pattern": text(fields, "pattern")} if text(fields, "pattern") not in ("", field.get("pattern")) else {}
        )
    else:
        edit |= _flags(field, kind, fields)
    return [{"edit": "change_field", **where, **edit}] if edit else []


def _flags(field: Part, kind: str, fields: Fields) -> Edit:
    edit: Edit = {}
    for key in ("required", "unique"):
        ticked = fields.get(key) is not None
        if ticked != bool(field.get(key)):
            edit[key] = ticked
    if kind == field["type"]:  # limits of another type mean something else
        for key in ("min", "max"):
            if key in fields and number(fields, key) != field.get(key):
                edit[key] = number(fields, key)
        if "default" in fields and (given := _default(kind, fields)) != field.get("default"):
            edit["default"] = given
    return edit


def _default(kind: str, fields: Fields) -> Any:
    typed = text(fields, "default")
    if kind == "boolean":
        return True if typed == "true" else None
    return number(fields, "default") if kind == "integer" else typed or None


def _values(field: Part, typed: str) -> list[dict[str, str]] | None:
    """Return the choices that the lines of a text are, None for those that stand.

    A line that is there already is that choice; as many other lines as there are choices left are these under new names.
    """
    before = {said(value.get("title"), reader()) or title_of(value): value["name"] for value in field["values"]}
    given = [*dict.fromkeys(lines(typed))]
    if given == list(before):
        return None
    left = [name for title, name in before.items() if title not in given]
    new = [title for title in given if title not in before]
    renamed = dict(zip(new, left, strict=True)) if len(new) == len(left) else {}
    found = []
    for title in given:
        name = before.get(title) or renamed.get(title, "")
        found.append({"title": title, **({"name": name} if name else {})})
    stood = {value["name"]: value.get("title") for value in field["values"]}
    return [
        each | ({"title": stood[each["name"]]} if each["title"] in before and stood[each["name"]] else {})
        for each in found
    ]


def _about(field: Part, fields: Fields, where: Edit) -> list[Edit]:
    if fields.get("about") == "person":
        category, purpose = fields.get("category", ""), fields.get("held_for", "")
        if (category, purpose) == (field.get("personal", ""), field.get("purpose", "")):
            return []
        return [{"edit": "set_personal", **where, "category": category, **({"purpose": purpose} if purpose else {})}]
    if fields.get("about") == "nobody":
        reason = words(field.get("impersonal"), text(fields, "reason"), None)
        if "personal" in field or reason:
            return [{"edit": "set_impersonal", **where, **({"reason": reason} if reason else {})}]
    return []


def remove_field(document: Part, fields: Fields) -> list[Edit]:
    """Return the edit that removes a field."""
    return [{"edit": "remove_field", "table": fields.get("table", ""), "field": fields.get("field", "")}]
