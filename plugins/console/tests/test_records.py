"""A resource as pages see it."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from dihya_console.captions import Captions
from dihya_console.records import Desk
from dihya_hookspecs.access import Actor
from dihya_hookspecs.app import Plugins

READER = Actor("p1", "Tin", frozenset({"user"}))
STRANGER = Actor("p2", "Yuba", frozenset())


@pytest.fixture
def desks(app: Any) -> dict[str, Desk]:
    """The two resources of the demo plugin."""
    with app.act() as act:
        return {item.name: Desk(plugin, item) for plugin, item in act.get(Plugins).collected("register_resources")}


def test_a_record_is_called_by_its_first_text(app: Any, desks: dict[str, Desk]) -> None:
    """The first column of text names a record; where it is empty, the next one, and at last a part of its identifier."""
    with app.act(actor=READER):
        desk = desks["members"]
        record = desk.service.add({"name": "Tin", "plan": "full", "active": True, "note": ""})
        assert desk.caption(record) == "Tin"
        record.name, record.email = "", "tin@example.org"
        assert desk.caption(record) == "tin@example.org"
        record.email = None
        assert desk.caption(record) == f"without a name ({str(record.id)[-8:]})"


def test_cells_know_how_they_are_read(app: Any, desks: dict[str, Desk]) -> None:
    """Dates, numbers, choices, yes and no and references each have their kind."""
    with app.act(actor=READER):
        desk, fees = desks["members"], desks["fees"]
        member = desk.service.add(
            {"name": "Tin", "plan": "full", "active": True, "note": "", "joined": dt.date(2026, 1, 2)}
        )
        fee = fees.service.add({"label": "2026", "member_id": member.id, "amount": Decimal("2.50")})
        kinds = {name: desk.cell(member, name, Captions()) for name in ("name", "plan", "joined", "active", "email")}
        assert [(cell.kind, cell.value) for cell in kinds.values()] == [
            ("text", "Tin"), ("text", "Full fee"), ("date", dt.date(2026, 1, 2)), ("yes", True), ("text", ""),
        ]  # fmt: skip
        link = fees.cell(fee, "member_id", Captions())
        assert (link.kind, link.value, link.path) == ("link", "Tin", f"/demo/members/{member.id}")
        assert fees.cell(fee, "amount", Captions()).kind == "number"


def test_references_show_nothing_that_may_not_be_read(app: Any, desks: dict[str, Desk]) -> None:
    """Somebody without the right to read members is offered none, and gets no link."""
    with app.act(actor=STRANGER):
        field = next(field for field in desks["fees"].fields() if field.reference)
        assert desks["fees"].options(field, "", "") is None and desks["fees"].other("member_id") is None
        assert list(desks["members"].referring()) == []


def test_columns_say_how_to_sort(desks: dict[str, Desk], app: Any) -> None:
    """A click on the sorted column reverses it; figures stand right."""
    with app.act(actor=READER):
        columns = {column.name: column for column in desks["fees"].columns(("label",))}
    assert (columns["label"].order, columns["label"].direction) == ("-label", "ascending")
    assert (columns["amount"].order, columns["amount"].direction, columns["amount"].number) == ("amount", "", True)
