"""What records look like in the OpenAPI document."""

from __future__ import annotations

from dihya_routes import schemas

from .conftest import BOOKS, Book


def test_a_record_shows_what_may_be_shown(library):
    """Types as JSON says them, what is personal is marked, and what is secret is not there."""
    with library().act():
        found = schemas.record_schema(BOOKS)["properties"]
    assert "pin" not in found and found["lender"]["x-personal-data"] == "name"
    assert found["price"]["type"] == ["string", "null"] and found["out"] == {"type": "boolean"}
    assert found["title"]["title"] == "Title"


def test_a_column_says_how_it_can_be_asked():
    """Texts for their parts, numbers for more and less, documents for being there only."""
    assert "``title:contains``" in schemas.asked(BOOKS, "title")
    assert "``pages:gt``" in schemas.asked(BOOKS, "pages") and "contains" not in schemas.asked(BOOKS, "pages")
    assert schemas.asked(BOOKS, "tags") == "Also ``tags:is_null``."


def test_a_value_to_compare_with_says_its_type_and_form():
    """That the column may be empty, or how long its texts are, is nothing that one compares with."""
    columns = Book.__table__.columns
    assert schemas.filter_schema(columns["seen_at"]) == {"type": "string", "format": "date-time"}
    assert schemas.filter_schema(columns["pages"]) == {"type": "integer"}
