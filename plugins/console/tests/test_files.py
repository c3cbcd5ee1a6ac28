"""Lists as files for people."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from dihya_console import files
from dihya_hookspecs import Invalid
from dihya_hookspecs.resources import tables

FR = {"Accept-Language": "fr"}


@pytest.fixture
def client(app: Any) -> Any:
    """Somebody who may read, with a member and a fee."""
    from dihya_hookspecs.app import Plugins

    with app.act() as act:
        from dihya_console.records import Desk

        desks = {item.name: Desk(plugin, item) for plugin, item in act.get(Plugins).collected("register_resources")}
        member = desks["members"].service.add(
            {"name": "=Tin", "plan": "reduced", "active": True, "note": "", "joined": dt.date(2026, 1, 31)}
        )
        desks["fees"].service.add({"label": "2026", "member_id": member.id, "amount": Decimal("1234.50")})
    return app.client("user")


def test_a_french_spreadsheet_reads_names_and_decimals(client: Any) -> None:
    """Names for identifiers, words for codes, decimal commas, semicolons and a mark."""
    text = client.get("/demo/fees.csv", headers=FR).data.decode()
    assert text.startswith("\ufeff") and ";1234,50;" in text and "'=Tin" in text
    assert "Tarif réduit" in client.get("/demo/members.csv", headers=FR).data.decode()


def test_a_workbook_holds_numbers_and_days(client: Any) -> None:
    """A cell has the type of its value; text that looks like a formula is text."""
    answer = client.get("/demo/fees.xlsx")
    assert answer.content_type == tables.XLSX
    rows = tables.read(answer.data)
    assert rows[1][:3] == ["2026", "=Tin", 1234.5]
    assert dt.date(2026, 1, 31) in tables.read(client.get("/demo/members.xlsx").data)[1]


def test_a_file_has_a_limit_and_is_told_to_the_audit(client: Any, app: Any, monkeypatch: Any) -> None:
    """Too long a list is refused with a word; an export leaves the number of its rows."""
    client.get("/demo/members.xlsx?name:contains=tin")
    event = next(event for event in app.trail if event.action == "demo.exported")
    assert (event.facts["format"], event.facts["rows"]) == ("xlsx", 1)
    monkeypatch.setattr(files, "MOST_ROWS", 0)
    answer = client.get("/demo/members.csv")
    assert (answer.status_code, answer.json["code"]) == (Invalid.status, "too-long")
