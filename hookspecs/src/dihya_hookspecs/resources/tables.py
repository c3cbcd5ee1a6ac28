"""Tables as files: CSV and XLSX, written row by row into a spooled file, and read with limits.

XlsxWriter writes (constant memory, no dependencies, 1 MB), python-calamine reads (Rust, 2.4 MB, ten times openpyxl's speed). Both
are imported when a file of theirs is asked for.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from decimal import Decimal
from tempfile import SpooledTemporaryFile
from typing import IO, Any, TypeVar

from .. import Invalid
from ..i18n import Text
from .query import MOST, Query
from .records import Records

_T = TypeVar("_T", bound=Any)
_MEMORY = 1 << 20
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LARGEST, MOST_ROWS, MOST_COLUMNS = 2_000_000, 10_000, 200
"""What is read of a file that somebody sends: bytes, rows, columns."""
_UNPACKED = 50_000_000
_LONG = Text(
    "the list has more than the %(rows)s rows of one file; filter it",
    "la liste dépasse les %(rows)s lignes d’un fichier ; filtrez-la",
)
_LARGE = Text("the file is larger than %(most)s MB", "le fichier dépasse %(most)s Mo")
_ROWS = Text("the file has more than %(most)s rows; split it", "le fichier dépasse %(most)s lignes ; divisez-le")
_EMPTY = Text("the file has no rows", "le fichier ne contient aucune ligne")
_NO_TABLE = Text(
    "the file is no table; send CSV or XLSX", "le fichier n’est pas un tableau ; envoyez un fichier CSV ou XLSX"
)


def pages(service: Records[_T], query: Query, most: int) -> Iterator[Sequence[_T]]:
    """Yield all that a query finds, page by page. Raises Invalid before the first one when it is more than *most*."""
    if service.count(query, most=most) > most:
        raise Invalid(str(_LONG) % {"rows": most}, code="too-long")
    page = replace(query, limit=MOST, cursor=None, before=None)
    while True:
        found = service.find(page)
        yield found.items
        if found.next is None:
            return
        page = replace(page, cursor=found.next)


@dataclass(frozen=True, slots=True)
class Style:
    """How a CSV is written: for programs as it stands, or as a spreadsheet of some language opens it.

    Attributes:
        mark: a byte order mark comes first, without which spreadsheets take UTF-8 for something else.
    """

    delimiter: str = ","
    decimal: str = "."
    mark: bool = False


def spreadsheet(language: str) -> Style:
    """Return the style that spreadsheets of a language open without questions."""
    return Style(";", ",", True) if language == "fr" else Style(",", ".", True)


def write_csv(header: Sequence[str], rows: Iterable[Sequence[Any]], style: Style = Style()) -> tuple[IO[bytes], int]:
    """Return a rewound file and the number of rows; whoever streams it closes it.

    The whole file is written before the first byte leaves, so that an error is still an answer.
    """
    with ExitStack() as stack:
        file = stack.enter_context(SpooledTemporaryFile(max_size=_MEMORY))
        text = io.TextIOWrapper(file, "utf-8-sig" if style.mark else "utf-8", newline="", write_through=True)
        writer, count = csv.writer(text, delimiter=style.delimiter), 0
        writer.writerow([harmless(name) for name in header])
        for row in rows:
            writer.writerow([_said(value, style) for value in row])
            count += 1
        text.flush()
        text.detach()
        stack.pop_all()  # from here on, whoever streams the file closes it
    file.seek(0)
    return file, count


def write_xlsx(title: str, header: Sequence[str], rows: Iterable[Sequence[Any]]) -> tuple[IO[bytes], int]:
    """Return a rewound workbook of one sheet and the number of rows: numbers and dates are such, text is never a formula."""
    import xlsxwriter  # type: ignore[import-untyped]

    with ExitStack() as stack:
        file = stack.enter_context(SpooledTemporaryFile(max_size=_MEMORY))
        book = xlsxwriter.Workbook(
            file, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        )
        sheet = book.add_worksheet(_sheet_name(title))
        formats: dict[type, str] = {dt.datetime: "yyyy-mm-dd hh:mm", dt.date: "yyyy-mm-dd"}
        known = {kind: book.add_format({"num_format": said}) for kind, said in formats.items()}
        sheet.freeze_panes(1, 0)
        for column, name in enumerate(header):
            sheet.write_string(0, column, name, book.add_format({"bold": True}))
        count = 0
        for count, row in enumerate(rows, 1):
            for column, value in enumerate(row):
                _put(sheet, count, column, value, known)
        book.close()
        stack.pop_all()
    file.seek(0)
    return file, count


def chunks(file: IO[bytes]) -> Iterator[bytes]:
    """Yield the file in pieces and close it."""
    with file:
        while piece := file.read(64 * 1024):
            yield piece


def harmless(text: str) -> str:
    """Return *text* so that no spreadsheet takes it for a formula (OWASP, CSV injection)."""
    return f"'{text}" if text.lstrip(" ").startswith(_FORMULA) else text


def _said(value: Any, style: Style) -> Any:
    if value is None or isinstance(value, bool):
        return "" if value is None else str(value).lower()
    if isinstance(value, dt.datetime):
        return value.strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    if isinstance(value, float | Decimal):
        number = format(value, "f") if isinstance(value, Decimal) else repr(value)
        return number.replace(".", style.decimal)
    return value if isinstance(value, int) else harmless(str(value))


def _put(sheet: Any, row: int, column: int, value: Any, formats: dict[type, Any]) -> None:
    if value is None or value == "":
        return
    if isinstance(value, bool):
        sheet.write_boolean(row, column, value)
    elif isinstance(value, int | float | Decimal) and -(10**15) < value < 10**15:  # beyond, a spreadsheet rounds
        sheet.write_number(row, column, value)
    elif isinstance(value, dt.date) and value.year >= 1900:  # a datetime is a date
        sheet.write_datetime(row, column, value, formats[dt.datetime if isinstance(value, dt.datetime) else dt.date])
    else:
        sheet.write_string(row, column, str(value)[:32_767])


def _sheet_name(title: str) -> str:
    return "".join(" " if letter in "[]:*?/\\'" else letter for letter in title)[:31].strip() or "1"


def read(data: bytes) -> list[list[Any]]:
    """Return the rows of a CSV or XLSX file, the header first; empty ones at the end are left out.

    Raises:
        Invalid: it is larger than the limits, empty, or no table.
    """
    if len(data) > LARGEST:
        raise Invalid(str(_LARGE) % {"most": LARGEST // 1_000_000}, code="too-large", status=413)
    rows = _workbook(data) if data[:4] == b"PK\x03\x04" else _separated(data)
    kept = [row[:MOST_COLUMNS] for row in rows]
    while kept and not any(str(value).strip() for value in kept[-1] if value is not None):
        kept.pop()
    if len(kept) < 2:
        raise Invalid(str(_EMPTY), code="no-rows")
    if len(kept) > MOST_ROWS + 1:
        raise Invalid(str(_ROWS) % {"most": MOST_ROWS}, code="too-long")
    return kept


def _workbook(data: bytes) -> list[list[Any]]:
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            unpacked = sum([part.file_size for part in archive.infolist()])
            if unpacked > _UNPACKED:
                raise Invalid(str(_LARGE) % {"most": _UNPACKED // 1_000_000}, code="too-large", status=413)
        sheet = CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0)
        return [list(row) for number, row in enumerate(sheet.iter_rows()) if number <= MOST_ROWS + 1]
    except (CalamineError, zipfile.BadZipFile, ValueError, IndexError) as error:
        raise Invalid(str(_NO_TABLE), code="no-table") from error


def _separated(data: bytes) -> list[list[Any]]:
    """Read a CSV as spreadsheets write it: UTF-8 or Windows' own encoding, with commas, semicolons or tabs."""
    if b"\0" in data:
        raise Invalid(str(_NO_TABLE), code="no-table")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252", "replace")
    first = text.partition("\n")[0]
    delimiter = max(";,\t", key=first.count)
    try:
        return [
            list(row)
            for number, row in enumerate(csv.reader(io.StringIO(text), delimiter=delimiter))
            if number <= MOST_ROWS + 1
        ]
    except csv.Error as error:
        raise Invalid(str(_NO_TABLE), code="no-table") from error
