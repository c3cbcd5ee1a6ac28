"""A table as it will look: its list with sample records, and its form filled in with one."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dihya_hookspecs.i18n import gettext as _

from .parts import Part, field_of, said, table_of, title_of

COLUMNS = 4
"""Columns of a list that says nothing of them."""
ROWS = 5
_INPUTS = {
    "email": "email", "phone": "tel", "url": "url", "date": "date", "datetime": "datetime-local", "long_text": "textarea",
    "boolean": "checkbox", "enum": "select", "reference": "select",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Input:
    """A field of the form: ``kind`` is the type of its input, ``textarea``, ``select`` or ``checkbox``."""

    name: str
    label: str
    kind: str
    value: str
    required: bool
    help: str


@dataclass(frozen=True, slots=True)
class Cell:
    """What a list shows of a value: a ``date``, a ``datetime``, ``money`` and a ``number`` are written as the reader writes them."""

    kind: str
    value: str


@dataclass(frozen=True, slots=True)
class Sample:
    """A list and a form.

    Attributes:
        heads: what stands above the columns.
        rows: sample records, in the words in which a list shows them.
        made_up: the table has no sample records of its own; what is shown says only what kind of value stands there.
    """

    heads: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    form: Sequence[Input]
    made_up: bool


def sampled(document: Part, table: Part) -> Sample:
    """Return how a table will look."""
    own = list(table.get("sample", {}).values())[:ROWS]
    records = own or [{field["name"]: _made_up(field) for field in table["fields"]}]
    names = [name for name in table.get("columns", ()) if field_of(table, name)]
    shown = [field for name in names if (field := field_of(table, name))] or list(table["fields"][:COLUMNS])
    rows = [[_cell(document, field, record) for field in shown] for record in records]
    form = [_input(document, field, records[0]) for field in table["fields"] if field["type"] != "sequence"]
    return Sample([title_of(field) for field in shown], rows, form, not own)


def caption_of(document: Part, table: Part, record: Mapping[str, Any], depth: int = 2) -> str:
    """Return what a sample record is called."""
    pattern = table.get("caption") or f"{{{table['fields'][0]['name']}}}"

    def value(match: re.Match[str]) -> str:
        field = field_of(table, match[1])
        return _shown(document, field, record, depth) if field else ""

    return re.sub(r"\{(\w+)\}", value, pattern).strip()


def _cell(document: Part, field: Part, record: Mapping[str, Any]) -> Cell:
    value, kind = record.get(field["name"]), field["type"]
    if kind in ("date", "datetime") and re.fullmatch(r"\d{4}-\d{2}-\d{2}.*", str(value)):
        return Cell("date", str(value)[:10])
    if kind in ("decimal", "money", "percentage", "integer") and re.fullmatch(r"-?\d+(\.\d+)?", str(value)):
        return Cell("money" if kind == "money" else "number", str(value))
    return Cell("", _shown(document, field, record))


def _input(document: Part, field: Part, record: Mapping[str, Any]) -> Input:
    kind = _INPUTS.get(field["type"], "text")
    value = record.get(field["name"])
    if kind == "checkbox":
        text = "on" if value else ""
    elif kind in ("date", "datetime-local"):
        text = str(value)[:10] + ("T09:00" if kind == "datetime-local" else "") if value else ""
    else:
        text = _shown(document, field, record)
    return Input(field["name"], title_of(field), kind, text, bool(field.get("required")), said(field.get("help")))


def _shown(document: Part, field: Part, record: Mapping[str, Any], depth: int = 2) -> str:
    value = record.get(field["name"])
    if field["type"] == "sequence":
        return _number(field["pattern"])
    if value is None or value == "":
        return ""
    if field["type"] == "boolean":
        return _("yes") if value else _("no")
    if field["type"] == "enum":
        return next((title_of(each) for each in field["values"] if each["name"] == value), str(value))
    if field["type"] == "reference":
        return _referred(document, field, str(value), depth)
    return said(value)


def _referred(document: Part, field: Part, key: str, depth: int) -> str:
    target = table_of(document, field["to"])
    if target is None:
        return key
    record = target.get("sample", {}).get(key)
    return caption_of(document, target, record, depth - 1) if record and depth else title_of(target)


def _made_up(field: Part) -> Any:
    today = dt.date.today()
    values: dict[str, Any] = {
        "integer": 3, "decimal": "2.5", "money": "12.50", "percentage": "20", "boolean": True, "date": today.isoformat(),
        "datetime": today.isoformat(), "email": "nom@example.org", "phone": "+33 1 99 00 00 00", "url": "https://example.org",
        "iban": "FR76 3000 6000 0112 3456 7890 189", "reference": "",
    }  # fmt: skip
    if field["type"] == "enum":
        return field["values"][0]["name"]
    return values.get(field["type"], title_of(field))


def _number(pattern: str) -> str:
    year = dt.date.today().year
    try:
        return pattern.format(number=1, year=year, month=1)
    except (ValueError, KeyError, IndexError):
        return pattern
