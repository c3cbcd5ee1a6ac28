"""What a person reads in the rows of an export: words in place of codes, fields in place of JSON, no bytes."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any

from dihya_hookspecs.audit import AuditAction
from dihya_hookspecs.data import Model, Personal
from dihya_hookspecs.fields.declared import field_of
from dihya_hookspecs.i18n import Text
from sqlalchemy import Column, Table

from .wording import speaker, title

_MOMENT = re.compile(r"(\d{4}-\d\d-\d\d)T(\d\d:\d\d)(?::\d\d(?:\.\d+)?)?(Z|\+00:00)")
_ROW = re.compile(r"([a-z][a-z0-9_]*):(\S+)")
_WHO = Text("this person", "cette personne")
_ROWS = {
    "insert": Text("{who} added {what}", "{who} a ajouté {what}"),
    "update": Text("{who} changed {what}", "{who} a modifié {what}"),
    "delete": Text("{who} deleted {what}", "{who} a supprimé {what}"),
}
"""What the log says of a changed row; a code like any other where the row beside it names none."""

Deeds = Mapping[str, Text]
"""What the names of audited actions mean, by ``register_audit_actions``: sentences with ``{who}`` and ``{what}``."""


def deeds_of(actions: Sequence[tuple[str, AuditAction]]) -> Deeds:
    """Return what plugins declared of their actions (plugin, action), by name."""
    return {each.name: each.words for _, each in actions}


def readable(column: Column[Any]) -> bool:
    """Tell whether a column says something to people: a digest or another run of bytes about nobody does not."""
    return isinstance(column.info.get("rgpd"), Personal) or field_of(column).kind != "bytes"


def reader(table: Table, columns: Sequence[str], deeds: Deeds) -> Callable[[Mapping[str, Any]], tuple[str, ...]]:
    """Return what makes of a row, as ``data/`` has it, the texts that people read, one for each of *columns*."""
    found = {column.name: column for column in table.columns}
    speakers = {name: _speaker(table, found[name], deeds) for name in columns}

    def cells(row: Mapping[str, Any]) -> tuple[str, ...]:
        return tuple(speak(row.get(name), row) for name, speak in speakers.items())

    return cells


def text(value: Any) -> str:
    """Return a value in plain words: fields for an object, commas for a list, a moment without its T."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "oui – yes" if value else "non – no"
    if isinstance(value, Mapping):
        return fields(value)
    if isinstance(value, list):
        return ", ".join(text(one) for one in value)
    if isinstance(value, str) and (moment := _MOMENT.fullmatch(value)):
        return f"{moment[1]} {moment[2]} UTC"
    return str(value)


def fields(value: Mapping[str, Any], known: Mapping[str, Any] | None = None) -> str:
    """Return an object as ``name: value; name: value``, without what is empty and what *known* says already."""
    said = [
        (name.replace("_", " "), text(one))
        for name, one in value.items()
        if one not in (None, "", [], {}) and not (known and name in known and known[name] == one)
    ]
    return "; ".join(f"{name}: {one}" for name, one in said)


def _speaker(table: Table, column: Column[Any], deeds: Deeds) -> Callable[[Any, Mapping[str, Any]], str]:
    spoken, coded = speaker(table, column.name), not isinstance(column.info.get("rgpd"), Personal)
    if field_of(column).kind == "bytes":
        return lambda value, row: _size(value)

    def speak(value: Any, row: Mapping[str, Any]) -> str:
        if coded and isinstance(value, str):
            what = _what(row)
            if words := deeds.get(value) or (what and _ROWS.get(value)):
                return _sentence(words, what or "…")
            return _row(value) or text(spoken(value))
        if isinstance(value, str) and (inside := _object(value)) is not None:
            return fields(inside, row)
        return text(spoken(value))

    return speak


def _what(row: Mapping[str, Any]) -> str:
    """Return the record that a field of the row names, to which something was done; empty where none does."""
    return next((said for value in row.values() if isinstance(value, str) and (said := _row(value))), "")


def _sentence(words: Text, what: str) -> str:
    """Return a deed as a sentence in both languages."""
    said = [one.format(who=who, what=what) for one, who in zip(words, _WHO, strict=True)]
    return " – ".join(f"{one[:1].upper()}{one[1:]}" for one in reversed(said))


def _row(value: str) -> str:
    """Return ``table:key`` with the title of the table; empty for what names no row of a known table."""
    named = _ROW.fullmatch(value)
    table = Model.metadata.tables.get(named[1]) if named else None
    if named is None or table is None:
        return ""
    said = title(table)
    return f"{said.fr} ({named[2]})" if said.fr == said.en else f"{said.fr} – {said.en} ({named[2]})"


def _object(value: str) -> Mapping[str, Any] | None:
    """Return the JSON object that a text holds; None where it is another text."""
    if value[:1] == "{" and value[-1:] == "}":
        with suppress(ValueError):
            found = json.loads(value)
            return found if isinstance(found, dict) else None
    return None


def _size(value: Any) -> str:
    if value is None:
        return ""
    number = len(base64.b64decode(value))
    return f"{number} octets, dans le dossier data – {number} bytes, in the folder data"
