"""Inputs of a record inside another form."""

from __future__ import annotations

from typing import Any

from dihya_console.nested import bare, nested_in
from dihya_console.records import Desk
from dihya_hookspecs.access import SYSTEM

from .conftest import FEES


def test_inputs_inside_bear_the_name_of_the_reference(app: Any) -> None:
    """Inputs inside bear the name of their reference, for two fields of one name; flaws bear it too."""
    with app.act(actor=SYSTEM):
        desk = Desk("demo", FEES)
        inside = nested_in(desk, desk.inputs())["member_id"]
        assert [field.name for field in inside.fields][:2] == ["member_id.name", "member_id.email"]
        assert [bare(field).name for field in inside.fields][:2] == ["name", "email"]
        assert inside.title == "New member"
        values, faults = inside.parsed({"member_id.name": "T", "name": "other", "member_id.plan": "full"})
        assert values == {} and list(faults) == ["member_id.name"]
        _record, faults = inside.added(
            {"name": "Anybody", "email": None, "plan": "full", "joined": None, "active": True, "note": ""}
        )
        assert faults == {"member_id.": "anybody is too many"}
