"""Lists as files."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from dihya_hookspecs import Invalid
from dihya_hookspecs.data import Found, Query
from dihya_routes import export
from dihya_routes.queries import Asked

QUERY = Asked(Query(), ("id", "name"), False)


class Many:
    """A service with more records than fit on a page."""

    def __init__(self, total):
        self.total = total

    def count(self, query, most):
        """Return how many there are."""
        return self.total

    def find(self, query):
        """Return one page."""
        after, limit = query.cursor, query.limit
        begin = int(after) + 1 if after else 0
        items = [
            SimpleNamespace(id=number, name=f"é{number}") for number in range(begin, min(begin + limit, self.total))
        ]
        end = items[-1].id if items else 0
        return Found(items, str(end) if end + 1 < self.total else None, self.total)


def test_all_pages_are_in_the_file():
    """Page after page is read until there is none."""
    file, rows = export.spool(Many(1234), QUERY, 5000)
    lines = b"".join(export.chunks(file)).decode().split("\r\n")
    assert rows == 1234
    assert (lines[0], lines[1], lines[-2], lines[-1]) == ("id,name", "0,é0", "1233,é1233", "")
    assert file.closed


def test_an_empty_list_has_its_header():
    """A file without rows still says what its columns are."""
    file, rows = export.spool(Many(0), QUERY, 1)
    assert (rows, b"".join(export.chunks(file))) == (0, b"id,name\r\n")


def test_too_many_rows_are_refused_before_they_are_read():
    """The limit is checked on the first page."""
    with pytest.raises(Invalid, match="filter it"):
        export.spool(Many(11), QUERY, 10)
