"""What a structure says, as pages need it: its parts by name, what they are called, who may do what."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from dihya_hookspecs.generation import Edited
from dihya_hookspecs.i18n import language

Part = Mapping[str, Any]


def said(value: Any, code: str = "") -> str:
    """Return a text that stands for both languages, or the one of the two that is read (or named by *code*)."""
    if isinstance(value, Mapping):
        return str(value.get(code or language.get()) or value.get("en") or "")
    return str(value) if value else ""


def title_of(part: Part) -> str:
    """Return what people call a table, a field, a role or a choice."""
    plain = str(part["name"]).removesuffix("_id").replace("_", " ").capitalize()
    return said(part.get("title") or part.get("label")) or plain


def table_of(document: Part, name: str) -> Part | None:
    """Return the table of that name, if there is one."""
    return next((each for each in document["entities"] if each["name"] == name), None)


def field_of(table: Part | None, name: str) -> Part | None:
    """Return the field of that name, if there is one."""
    return next((each for each in table["fields"] if each["name"] == name), None) if table else None


def named(document: Part, pointer: str) -> tuple[str, str]:
    """Return the table and the field at which a JSON pointer ends; "" for what it does not name."""
    parts = pointer.strip("/").split("/")
    if len(parts) < 2 or parts[0] != "entities" or not parts[1].isdigit() or int(parts[1]) >= len(document["entities"]):
        return "", ""
    table = document["entities"][int(parts[1])]
    inside = len(parts) > 3 and parts[2] == "fields" and parts[3].isdigit() and int(parts[3]) < len(table["fields"])
    return table["name"], table["fields"][int(parts[3])]["name"] if inside else ""


def place_of(edited: Edited) -> tuple[str, str]:
    """Return the table and the field that an edit was about."""
    return named(edited.structure, edited.place)


def references(document: Part) -> Iterator[tuple[Part, Part, Part]]:
    """Yield each reference: the table in which it stands, the field, the table to which it points."""
    tables = {table["name"]: table for table in document["entities"]}
    for table in tables.values():
        for field in table["fields"]:
            if field.get("to") in tables:
                yield table, field, tables[field["to"]]


def roles_of(document: Part, shared: Sequence[Part] = ()) -> list[Part]:
    """Return the roles whose access a page shows: the plugin's own, and shared ones that a table names."""
    used = {name for table in document["entities"] for name in table["access"]["read"]}
    return [*document["roles"], *(role for role in shared if role["name"] in used or role["name"] == "auditeur")]


def purpose_of(document: Part, table: Part, field: Part) -> tuple[str, Part]:
    """Return the purpose for which a personal field is held, with its name; ("", {}) where there is none."""
    name = field.get("purpose") or table.get("purpose", "")
    return (name, document["purposes"][name]) if name in document["purposes"] else ("", {})


def used_by(document: Part, purpose: str) -> list[Part]:
    """Return the tables that hold something for a purpose."""
    return [
        table
        for table in document["entities"]
        if any("personal" in field and purpose_of(document, table, field)[0] == purpose for field in table["fields"])
    ]


def titles(parts: Sequence[Part]) -> list[str]:
    """Return what people call several parts."""
    return [title_of(each) for each in parts]


def others(document: Part, name: str) -> list[tuple[str, str]]:
    """Return the tables that a field of one table may point to, each with its title."""
    return [(table["name"], title_of(table)) for table in document["entities"] if table["name"] != name]


def purposes(document: Part) -> list[tuple[str, str]]:
    """Return the purposes of a document, each with its title."""
    return [(name, said(purpose["title"])) for name, purpose in document["purposes"].items()]


def choices(field: Part) -> list[tuple[str, str]]:
    """Return the values of a choice, each with its title."""
    return [(value["name"], title_of(value)) for value in field["values"]]


def orders(table: Part) -> list[tuple[str, str]]:
    """Return by which a list can be sorted, each with its words; the second of a pair turns the order."""
    found = [
        (field["name"], title_of(field)) for field in table["fields"] if field["type"] not in ("long_text", "reference")
    ]
    return [each for name, title in found for each in ((name, f"{title} ↑"), (f"-{name}", f"{title} ↓"))]


def braces(table: Part) -> str:
    """Return the fields of a table as a caption names them."""
    return ", ".join(f"{{{field['name']}}}" for field in table["fields"])
