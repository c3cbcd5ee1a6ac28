"""A file that becomes records: what each line would do is shown first, and then all of them are added or none."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dihya_hookspecs import Invalid
from dihya_hookspecs.acts import current
from dihya_hookspecs.i18n import gettext as _
from dihya_hookspecs.resources import Query
from dihya_hookspecs.resources.folding import fold

from .captions import Captions
from .forms import Field
from .inputs import parse, zone
from .records import Desk
from .words import faults_of

YES = ("yes", "oui", "true", "vrai", "1", "x", "on")
_ORDERS = ("%d/%m/%Y", "%d.%m.%Y", "%d-%m-%Y", "%Y/%m/%d")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the file: its number there, what it adds, and what is wrong with it."""

    number: int
    caption: str
    faults: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a file does.

    Attributes:
        used, ignored: columns of the file that fields were found for, and those that mean nothing here.
        kept: the records are there; otherwise nothing was changed.
    """

    lines: tuple[Line, ...]
    used: tuple[str, ...]
    ignored: tuple[str, ...]
    kept: bool

    @property
    def wrong(self) -> tuple[Line, ...]:
        """The lines that cannot be added."""
        return tuple(line for line in self.lines if line.faults)


def carry_out(desk: Desk, table: Sequence[Sequence[Any]], *, keep: bool) -> Outcome:
    """Add every line, and take all of it back unless *keep* is set and each line is right.

    Raises:
        Invalid: no column of the file is a field of this list.
    """
    fields, session = desk.inputs(), desk.service.session
    columns = _columns(fields, desk.resource.labels, table[0])
    if not any(columns):
        wanted = ", ".join(field.label for field in fields)
        raise Invalid(_("no column of the file is known here; its first line needs some of: %(names)s", names=wanted))
    reader, lines = _Reader(desk), []
    whole = session.begin_nested()
    for number, row in enumerate(table[1:], 2):
        if any(str(value).strip() for value in row if value is not None):
            lines.append(_line(desk, fields, number, reader.sent(columns, row)))
    right = bool(lines) and not any(line.faults for line in lines)
    if keep and right:
        whole.commit()
        current().record(f"{desk.plugin}.imported", object=desk.model.__tablename__, rows=len(lines))
    else:
        whole.rollback()
    heads = [str(name or "").strip() for name in table[0]]
    used = tuple(head for head, field in zip(heads, columns, strict=True) if field)
    ignored = tuple(head for head, field in zip(heads, columns, strict=True) if head and not field)
    return Outcome(tuple(lines), used, ignored, keep and right)


def _columns(
    fields: Sequence[Field], labels: Mapping[str, tuple[str, ...]], heads: Sequence[Any]
) -> list[Field | None]:
    """Return the field of each column, found by its label in any language or its name, whatever the case and accents; each field once."""
    words = {field.name: labels.get(field.name, ()) for field in fields}  # a file of an English colleague is a file too
    known = {fold(said): field for field in fields for said in (*words[field.name], field.label, field.name)}
    found: list[Field | None] = []
    for head in heads:
        field = known.get(fold(str(head or "").strip()))
        found.append(field if field not in found else None)
    return found


def _line(desk: Desk, fields: list[Field], number: int, read: tuple[dict[str, str], dict[str, str]]) -> Line:
    sent, faults = read
    labels = {field.name: field.label for field in fields}
    values, wrong = parse(desk.resource.form, fields, sent, zone())
    faults = {**wrong, **faults}
    caption = " · ".join(text for text in list(sent.values())[:3] if text)
    if not faults:
        try:
            with desk.service.session.begin_nested():
                record = desk.service.add(values)
                caption = desk.caption(record)
        except Invalid as error:
            faults = faults_of(error, set(labels))
    return Line(number, caption, tuple((labels.get(name, ""), text) for name, text in faults.items()))


class _Reader:
    """Reads cells as the inputs of the form would send them: dates, choices and names of records in people's spelling."""

    def __init__(self, desk: Desk) -> None:
        self._desk, self._known = desk, dict[tuple[str, str], tuple[str, str]]()

    def sent(self, columns: Sequence[Field | None], row: Sequence[Any]) -> tuple[dict[str, str], dict[str, str]]:
        """Return the inputs of one line, and what cannot be understood."""
        sent: dict[str, str] = {}
        faults: dict[str, str] = {}
        for field, value in zip(columns, row, strict=False):
            if field is None:
                continue
            text, fault = self._cell(field, value)
            if field.kind != "checkbox" or text:
                sent[field.name] = text
            if fault:
                faults[field.name] = fault
        return sent, faults

    def _cell(self, field: Field, value: Any) -> tuple[str, str]:
        text = _plain(value)
        if not text:
            return "", ""
        if field.kind == "checkbox":
            return ("on" if fold(text) in (*YES, fold(_("yes"))) else ""), ""
        if field.kind == "select":
            return self._choice(field, text), ""
        if field.kind == "reference":
            return self._reference(field, text)
        return (_day(text) if field.kind == "date" else text), ""

    def _choice(self, field: Field, text: str) -> str:
        said: Mapping[str, str] = {fold(word): value for value, caption in field.choices for word in (value, caption)}
        return said.get(fold(text), text)

    def _reference(self, field: Field, text: str) -> tuple[str, str]:
        """Return the identifier of the record that is called so."""
        place = (field.name, fold(text))
        if place not in self._known:
            self._known[place] = self._found(field, text)
        return self._known[place]

    def _found(self, field: Field, text: str) -> tuple[str, str]:
        try:
            return str(uuid.UUID(text)), ""
        except ValueError:
            other = self._desk.other(field.name)
        if other is None:
            return text, ""
        captions = Captions()
        try:
            near = other.service.find(Query(text[:200], limit=100)).items
        except Invalid:
            near = []
        same = [str(record.id) for record in near if fold(captions.of(other, record)) == fold(text)]
        if len(same) == 1:
            return same[0], ""
        if same:
            return "", _("several records are called so; give the identifier")
        return "", _("no record is called so")


def _plain(value: Any) -> str:
    """Return a cell as text: a spreadsheet gives whole numbers as fractions, and days as moments."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, dt.datetime | dt.date | dt.time):
        return value.isoformat()
    return str(value).strip().removeprefix("'")  # the apostrophe that keeps an exported text from being a formula


def _day(text: str) -> str:
    """Return a day as inputs send it, from the ways in which people write it."""
    text = text.removesuffix("T00:00:00")
    for order in _ORDERS:
        try:
            return dt.datetime.strptime(text, order).date().isoformat()
        except ValueError:
            continue
    return text
