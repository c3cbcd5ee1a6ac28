"""A list as a CSV file: read page by page, kept on disk when it is long, streamed when it is complete."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from tempfile import SpooledTemporaryFile
from typing import IO, Any

from dihya_hookspecs import Invalid
from dihya_hookspecs.data import Records
from dihya_hookspecs.i18n import gettext as _
from dihya_hookspecs.resources import Query

from . import shape
from .queries import Asked

_PAGE = 500
_MEMORY = 1 << 20


def spool(service: Records[Any], asked: Asked, rows: int) -> tuple[IO[bytes], int]:
    """Write the list into a temporary file and return it, rewound, with the number of records.

    The whole file is written before the first byte leaves, so that an error is still an answer and the act's session
    is not used after its end.

    Raises:
        Invalid: the list is longer than *rows*.
    """
    with ExitStack() as stack:
        file = stack.enter_context(SpooledTemporaryFile(max_size=_MEMORY))
        text = io.TextIOWrapper(file, encoding="utf-8", newline="", write_through=True)
        writer = csv.writer(text)
        writer.writerow(asked.fields)
        count = 0
        for item in _every(service, asked.query, rows):
            writer.writerow([shape.cell(getattr(item, name)) for name in asked.fields])
            count += 1
        text.flush()
        text.detach()
        stack.pop_all()  # from here on, whoever streams the file closes it
    file.seek(0)
    return file, count


def _every(service: Records[Any], query: Query, rows: int) -> Iterator[Any]:
    if service.count(query, most=rows) > rows:
        raise Invalid(_("the list has more than the %(rows)s rows of one file; filter it", rows=rows), code="too-long")
    page = replace(query, limit=_PAGE)
    while True:
        found = service.find(page)
        yield from found.items
        if found.next is None:
            return
        page = replace(page, cursor=found.next)


def chunks(file: IO[bytes]) -> Iterator[bytes]:
    """Yield the file in pieces and close it."""
    with file:
        while piece := file.read(64 * 1024):
            yield piece
