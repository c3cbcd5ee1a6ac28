"""Texts that a spreadsheet takes for formulas."""

import io
import zipfile

from dihya_tests.exploits.site import Answer
from dihya_tests.exploits.spreadsheets import cells
from werkzeug.datastructures import Headers


def test_an_export_that_gives_texts_as_they_are_is_found(found):
    """The file that is written by hand is told; the exports of the resources, which mark such texts, are not."""
    assert found("formula_injection") == {"GET /holes/board.csv": "a cell of the export is a formula"}


def test_a_formula_in_a_workbook_is_told_from_a_text():
    """A cell of a workbook that is a formula is told as one; a text that begins with = is no formula there."""
    book = io.BytesIO()
    with zipfile.ZipFile(book, "w") as archive:
        archive.writestr(
            "xl/worksheets/sheet1.xml", "<row><c><f>1+1</f></c><c t='inlineStr'><is><t>=2+2</t></is></c></row>"
        )
    found = list(cells(Answer(200, Headers({"Content-Type": "application/zip"}), book.getvalue())))
    assert found == [("1+1", True), ("'=2+2", False)]
