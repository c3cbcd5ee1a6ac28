"""Forms of a resource: what they offer for a reference."""

from __future__ import annotations

from typing import Any

HTML = {"Accept": "text/html", "Accept-Language": "en"}


def test_a_reference_says_where_its_records_are_found(app: Any) -> None:
    """The script of the page asks there; a select of plain choices needs none."""
    client = app.client("admin")
    page = client.get("/demo/fees/new", headers=HTML).text
    assert 'name="member_id" required data-combobox="/demo/members/names" data-label="Member"' in page.replace(
        "  ", " "
    )
    assert "console/combobox" in page
    assert "data-combobox" not in client.get("/demo/members/new", headers=HTML).text
