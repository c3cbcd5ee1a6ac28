"""Tables as files, out and in."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from decimal import Decimal

import pytest
from dihya_hookspecs import Invalid
from dihya_hookspecs.resources import tables
from dihya_hookspecs.resources.tables import Style, spreadsheet
from hypothesis import given
from hypothesis import strategies as st

HEADER = ["Name", "Amount", "Day", "At", "Count"]
ROW = ["Élodie; =1", Decimal("1234.50"), dt.date(2026, 1, 31), dt.datetime(2026, 1, 31, 12, 30), 7]


def text(made):
    """Return what a file holds, and its rows."""
    file, count = made
    return b"".join(tables.chunks(file)), count


def test_a_csv_for_programs_is_plain():
    """No mark, commas, points, ISO dates."""
    data, count = text(tables.write_csv(HEADER, [ROW]))
    assert count == 1
    assert data.decode() == "Name,Amount,Day,At,Count\r\nÉlodie; =1,1234.50,2026-01-31,2026-01-31 12:30:00,7\r\n"


def test_a_csv_for_a_french_spreadsheet_opens_without_questions():
    """A mark, semicolons, decimal commas."""
    data, _ = text(tables.write_csv(HEADER, [ROW], spreadsheet("fr")))
    assert data.startswith(b"\xef\xbb\xbf") and b"1234,50" in data and b'"\xc3\x89lodie; =1";' in data


@pytest.mark.parametrize("value", ["=1+1", "+33", "-2", "@SUM(A1)", "\t=1", "  =1", "\r=1"])
def test_no_cell_is_a_formula(value):
    """A CSV cell that a spreadsheet would run gets an apostrophe; a workbook's cell is text by its type."""
    data, _ = text(tables.write_csv([value], [[value]]))
    assert data.decode().lstrip('"').startswith("'")
    book, _ = text(tables.write_xlsx("x", ["a"], [[value]]))
    sheet = zipfile.ZipFile(io.BytesIO(book)).read("xl/worksheets/sheet1.xml")
    assert b"<f>" not in sheet


def test_a_workbook_comes_back_with_its_types():
    """Numbers are numbers and days are days."""
    data, count = text(tables.write_xlsx("Fees: 2026/27 [x]", HEADER, [ROW, [None, 1.5, None, None, True]]))
    assert count == 2
    rows = tables.read(data)
    assert rows[0] == HEADER
    assert rows[1] == ["Élodie; =1", 1234.5, dt.date(2026, 1, 31), dt.datetime(2026, 1, 31, 12, 30), 7.0]
    assert rows[2][1] == 1.5


@pytest.mark.parametrize(
    "data",
    [
        "Nom;Ville\r\nÉlodie;Alger\r\n".encode("utf-8-sig"),
        "Nom,Ville\nÉlodie,Alger\n\n\n".encode(),
        "Nom\tVille\nÉlodie\tAlger".encode("cp1252"),
    ],
)
def test_a_csv_is_read_as_spreadsheets_write_it(data):
    """Whatever separates, and in Windows' encoding too."""
    assert tables.read(data) == [["Nom", "Ville"], ["Élodie", "Alger"]]


@given(
    rows=st.lists(
        st.lists(
            st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=9).filter(
                lambda s: s == s.strip() and tables.harmless(s) == s
            ),
            min_size=2,
            max_size=2,
        ),
        min_size=1,
        max_size=9,
    )
)
def test_what_was_written_is_read(rows):
    """Both formats are read as they were written."""
    for style in (Style(mark=True), spreadsheet("fr")):
        data, _ = text(tables.write_csv(["aa", "bb"], rows, style))
        assert tables.read(data) == [["aa", "bb"], *rows]


def bomb():
    """Return a workbook that unpacks to more than anybody wants."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 60_000_000)
    return file.getvalue()


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "no-rows"),
        (b"Name\n", "no-rows"),
        (b"PK\x03\x04nonsense", "no-table"),
        (b"\x00\x01\x02", "no-table"),
        (b"a\n" * 10_002, "too-long"),
        (b"x" * 2_000_001, "too-large"),
        (bomb(), "too-large"),
    ],
)
def test_what_is_no_table_is_refused(data, code):
    """One clear sentence each, and nothing is unpacked without limit."""
    with pytest.raises(Invalid) as caught:
        tables.read(data)
    assert caught.value.code == code


class Many:
    """A service with more records than fit on a page."""

    def __init__(self, total):
        self.total = total

    def count(self, query, most):
        return self.total

    def find(self, query):
        from dihya_hookspecs.data import Found

        begin = int(query.cursor) if query.cursor else 0
        items = list(range(begin, min(begin + query.limit, self.total)))
        return Found(items, str(begin + len(items)) if begin + len(items) < self.total else None)


def test_all_pages_come_and_too_many_rows_are_refused_first():
    """The limit is asked before the first page is read."""
    from dihya_hookspecs.data import Query

    assert [len(page) for page in tables.pages(Many(1234), Query(cursor="9"), 5000)] == [500, 500, 234]
    with pytest.raises(Invalid, match="more than the 10 rows"):
        next(tables.pages(Many(11), Query(), 10))


def test_a_workbook_bears_one_fixed_moment():
    """A clock that is wrong, as that of a board without a battery, keeps nobody from a table: ZIP knows no year before 1980."""
    file, _ = tables.write_xlsx("Books", ["title"], [["Nedjma"]])
    with file, zipfile.ZipFile(file) as archive:
        assert {entry.date_time[:3] for entry in archive.infolist()} == {(1980, 1, 31)}
