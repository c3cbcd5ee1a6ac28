"""A list as a file for people: names instead of identifiers, words instead of codes, the reader's own times and numbers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from enum import Enum
from typing import IO, Any

from dihya_hookspecs.i18n import gettext as _
from dihya_hookspecs.i18n import language
from dihya_hookspecs.resources import Query, tables

from .captions import Captions
from .forms import label_of
from .inputs import local
from .records import Desk

MOST_ROWS = 100_000
"""A longer list is refused with a word; it is filtered, or read through the API."""


def export(desk: Desk, query: Query, kind: str) -> tuple[IO[bytes], int]:
    """Return all that a query finds as ``csv`` or ``xlsx`` in the reader's language, and the number of rows. Raises Invalid."""
    hidden, told = desk.hidden(), (*desk.resource.columns, *(field.name for field in desk.fields()))
    names = [name for name in dict.fromkeys(told) if name not in hidden]
    return written(desk, kind, [label_of(desk.resource, name) for name in names], rows(desk, query, names))


def written(desk: Desk, kind: str, header: list[str], lines: Iterator[list[Any]]) -> tuple[IO[bytes], int]:
    """Return a file of that kind, rewound, and the number of its rows."""
    if kind == "xlsx":
        return tables.write_xlsx(str(desk.resource.title), header, lines)
    return tables.write_csv(header, lines, tables.spreadsheet(language.get()))


def rows(desk: Desk, query: Query, names: list[str]) -> Iterator[list[Any]]:
    """Yield the rows, with the captions of each page looked up together."""
    for page in tables.pages(desk.service, query, MOST_ROWS):
        captions = Captions()
        captions.prepare(desk, page, names)
        for record in page:
            yield [_cell(desk, record, name, captions) for name in names]


def _cell(desk: Desk, record: Any, name: str, captions: Captions) -> Any:
    value = getattr(record, name, None)
    value = value.value if isinstance(value, Enum) else value
    if isinstance(value, dt.datetime):
        return local(value)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if value is None or isinstance(value, int | float | Decimal | dt.date | dt.time):
        return value
    return captions.value(desk, record, name)
