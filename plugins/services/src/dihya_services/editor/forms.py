"""What the forms of the editor are sent, as edits of a structure; and at which field of a form a flaw stands."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from dihya_hookspecs import Invalid
from dihya_hookspecs.i18n import gettext as _

from . import field_forms, periods
from .inputs import Edit, Empty, Fields, both, gone, known, other_language, reader, text, words
from .parts import Part, field_of, said, table_of, title_of


def edits_of(document: Part, fields: Fields) -> list[Edit]:
    """Return the edits for which a form asks: only what differs from the document. Raises Invalid for an unknown form."""
    make = FORMS.get(fields.get("form", ""))
    if make is None:
        raise Invalid(_("this form is not known"), code="form", status=400)
    return make(document, fields)


def standing(document: Part, fields: Fields) -> dict[str, Any]:
    """Return what the fields of a form hold as long as nobody types: that which stands in the document."""
    name = fields.get("form", "")
    if name == "application":
        other = said(document.get("description"), other_language())
        return {
            "title": document["title"], "name": document["name"], "language": document["language"],
            "description": said(document.get("description"), reader()), "description_other": other,
        }  # fmt: skip
    if name == "role":
        role = next((each for each in document["roles"] if each["name"] == fields.get("role")), None)
        return {"title": title_of(role)} if role else {}
    if name == "purpose":
        purpose = document["purposes"].get(fields.get("purpose", ""), {})
        return {
            "title": said(purpose.get("title"), reader()),
            **{key: purpose.get(key, "") for key in ("basis", "article9")},
            **periods.standing(purpose.get("retention", "")),
        }
    table = table_of(document, fields.get("table", ""))
    if table is None or name not in ("table", "list", "access", "field"):
        return {}
    if name == "field":
        field = field_of(table, fields.get("field", ""))
        return field_forms.standing(field) if field else {}
    if name == "list":
        return {
            "caption": table.get("caption", ""),
            "order": table.get("order", ""),
            **{key: list(table.get(key, ())) for key in ("columns", "search", "totals")},
        }
    if name == "access":
        access = table["access"]
        return {
            f"access.{role}": "write" if role in access["write"] else "read"
            for role in {*access["read"], *access["write"]}
        }
    return {
        **both("title", table.get("title") or title_of(table)), **both("singular", table.get("singular")), "name": table["name"],
        "person": table.get("subject") == "id", "erase": table.get("erase", "delete"), "purpose": table.get("purpose", ""),
    }  # fmt: skip


def faults_of(error: Invalid, edits: Sequence[Edit]) -> dict[str, str]:
    """Return what is wrong with each field of a form, by its name; "" holds what belongs to none."""
    if isinstance(error, Empty):
        return {error.field: error.message}
    found: dict[str, str] = {}
    for flaw in error.flaws:
        parts = flaw.pointer.strip("/").split("/")
        edit = edits[int(parts[0])] if parts[0].isdigit() and int(parts[0]) < len(edits) else {}
        name = _NAMES.get((str(edit.get("edit")), parts[1] if len(parts) > 1 else ""), "")
        found[name] = f"{found[name]}; {flaw.detail}" if name in found else flaw.detail
    return found or {"": error.message}


def _application(document: Part, fields: Fields) -> list[Edit]:
    found: list[Edit] = []
    title, description = text(fields, "title"), text(fields, "description")
    wording = words(document.get("description"), description, fields.get("description_other"))
    if title != document["title"] or wording is not None:
        found.append({"edit": "set_title", "title": title, **({} if not wording else {"description": wording})})
    if text(fields, "name") != document["name"]:
        found.append({"edit": "set_name", "name": text(fields, "name")})
    if fields.get("language", document["language"]) != document["language"]:
        found.append({"edit": "set_language", "language": fields["language"]})
    return found


def _add_table(document: Part, fields: Fields) -> list[Edit]:
    block = text(fields, "block")
    return [{"edit": "add_table", "title": text(fields, "title"), **({"block": block} if block else {})}]


def _table(document: Part, fields: Fields) -> list[Edit]:
    name = fields.get("table", "")
    table = known(document, name)
    found: list[Edit] = []
    title = words(table.get("title") or name, text(fields, "title"), fields.get("title_other"))
    singular = words(table.get("singular"), text(fields, "singular"), fields.get("singular_other"))
    technical = text(fields, "name")
    if title == "":
        raise Empty("title", _("a table needs a title"))
    if title is not None or singular or technical not in ("", name):
        edit = {"title": title, "singular": singular, "name": technical if technical != name else ""}
        found.append({"edit": "rename_table", "table": name, **{key: value for key, value in edit.items() if value}})
        name = technical or name
    if (fields.get("person") is not None) != (table.get("subject") == "id"):
        found.append({"edit": "set_person", "table": name, "person": fields.get("person") is not None})
    if fields.get("erase") and fields["erase"] != table.get("erase", "delete"):
        found.append({"edit": "set_erasure", "table": name, "erase": fields["erase"]})
    if fields.get("purpose") and fields["purpose"] != table.get("purpose"):
        found.append({"edit": "set_purpose", "table": name, "purpose": fields["purpose"]})
    return found


def _list(document: Part, fields: Fields) -> list[Edit]:
    table = known(document, fields.get("table", ""))
    edit: Edit = {"caption": text(fields, "caption"), "order": text(fields, "order")}
    for key in ("columns", "search", "totals"):
        given = fields.getlist(key)
        kept = [name for name in table.get(key, ()) if name in given]
        edit[key] = [*kept, *(name for name in given if name not in kept)]
    changed = {key: value for key, value in edit.items() if value != (table.get(key) or type(value)())}
    return [{"edit": "arrange_table", "table": table["name"], **changed}] if changed else []


def _access(document: Part, fields: Fields) -> list[Edit]:
    table = known(document, fields.get("table", ""))
    shown = fields.getlist("role")
    read, write = (
        [*(name for name in table["access"][key] if name not in shown), *(name for name in shown if _may(fields, name, key))]
        for key in ("read", "write")
    )  # fmt: skip
    if (set(read), set(write)) == (set(table["access"]["read"]), set(table["access"]["write"])):
        return []
    return [{"edit": "set_access", "table": table["name"], "read": read, "write": write}]


def _may(fields: Fields, role: str, key: str) -> bool:
    return fields.get(f"access.{role}", "none") in ({"read": ("read", "write"), "write": ("write",)}[key])


def _move(kind: str) -> Callable[[Part, Fields], list[Edit]]:
    def edits(document: Part, fields: Fields) -> list[Edit]:
        table = known(document, fields.get("table", ""))
        every = table["fields"] if kind == "field" else document["entities"]
        names = [each["name"] for each in every]
        name = fields.get(kind, "")
        step = -1 if fields.get("move") == "up" else 1
        at = names.index(name) + step if name in names else 0
        edit: Edit = {"edit": f"move_{kind}", "table": table["name"], "to": max(at, 0)}
        return [edit | ({"field": name} if kind == "field" else {})]

    return edits


def _remove_table(document: Part, fields: Fields) -> list[Edit]:
    return [{"edit": "remove_table", "table": fields.get("table", "")}]


def _add_role(document: Part, fields: Fields) -> list[Edit]:
    if not text(fields, "title"):
        raise Empty("title", _("a role needs a name"))
    return [{"edit": "add_role", "title": text(fields, "title")}]


def _role(document: Part, fields: Fields) -> list[Edit]:
    name = fields.get("role", "")
    role = next((each for each in document["roles"] if each["name"] == name), None)
    if role is None:
        raise gone()
    title = words(role.get("title") or name, text(fields, "title"), None)
    if title == "":
        raise Empty("title", _("a role needs a name"))
    return [{"edit": "rename_role", "role": name, "title": title}] if title else []


def _remove_role(document: Part, fields: Fields) -> list[Edit]:
    return [{"edit": "remove_role", "role": fields.get("role", "")}]


def _purpose(document: Part, fields: Fields) -> list[Edit]:
    name = fields.get("purpose", "")
    now = document["purposes"].get(name, {})
    if name and not now:
        raise gone()
    title = words(now.get("title"), text(fields, "title"), None)
    if title == "" or (title is None and not now):
        raise Empty("title", _("a purpose needs a title"))
    typed = {
        "basis": text(fields, "basis"),
        "retention": periods.retention_of(fields),
        "article9": text(fields, "article9"),
    }
    edit: Edit = {"title": title} if title else {}
    edit |= {key: value for key, value in typed.items() if value != now.get(key, "")}
    return [{"edit": "change_purpose", "purpose": name, **edit}] if edit else []


FORMS: dict[str, Callable[[Part, Fields], list[Edit]]] = {
    "application": _application, "add_table": _add_table, "table": _table, "list": _list, "access": _access,
    "move_table": _move("table"), "remove_table": _remove_table, "add_field": field_forms.add_field, "field": field_forms.change_field,
    "move_field": _move("field"), "remove_field": field_forms.remove_field, "add_role": _add_role, "role": _role,
    "remove_role": _remove_role, "purpose": _purpose,
}  # fmt: skip


def _same(edit: str, names: Iterable[str]) -> Mapping[tuple[str, str], str]:
    return {(edit, name): name for name in names}


_NAMES: Mapping[tuple[str, str], str] = {
    **_same("set_title", ("title", "description")), **_same("set_name", ("name",)), **_same("set_language", ("language",)),
    **_same("add_table", ("title", "block")), **_same("rename_table", ("title", "singular", "name")),
    **_same("set_purpose", ("purpose",)), ("set_person", "table"): "person",
    **_same("arrange_table", ("caption", "columns", "search", "totals", "order")),
    **_same("add_field", ("label", "type", "to", "values", "required")),
    **_same("rename_field", ("label", "help", "name")),
    **_same("change_field", ("type", "to", "values", "required", "unique", "min", "max", "default", "pattern")),
    ("set_choices", "choices"): "values", ("set_personal", "category"): "category", ("set_personal", "purpose"): "held_for",
    ("set_personal", "field"): "about", ("set_impersonal", "reason"): "reason", **_same("add_role", ("title",)),
    **_same("rename_role", ("title",)), **_same("change_purpose", ("title", "basis", "article9")),
    ("change_purpose", "retention"): "kept",
}  # fmt: skip
"""Which field of its form a part of an edit comes from."""
