"""How long something is kept, as a form asks for it."""

from __future__ import annotations

import pytest
from dihya_hookspecs import Invalid
from dihya_services.editor.periods import dates, retention_of, standing, ways
from werkzeug.datastructures import MultiDict


def table(name: str, *fields: tuple[str, str], purpose: str = "register") -> dict:
    """A table that holds something for a purpose."""
    kept = [{"name": field, "type": type, "personal": "account"} for field, type in fields]
    return {"name": name, "title": {"en": f"{name.capitalize()}s"}, "purpose": purpose, "fields": kept}


DOCUMENT = {
    "purposes": {"register": {}, "raffle": {}},
    "entities": [
        table("member", ("left_on", "date"), ("name", "text")),
        table("coach", ("left_on", "date"), ("seen_at", "datetime")),
        table("ticket", ("drawn_on", "date"), purpose="raffle"),
    ],
}


@pytest.mark.parametrize(
    ("retention", "way"),
    [
        ("3y", "time"),
        ("6m after left_on", "time"),
        ("30d", "time"),
        ("until left_on", "until"),
        ("account", "account"),
        ("permanent", "permanent"),
        ("3y then 5y archived", "rule"),
        ("later of 20y after seen_at and 28y after born_on", "rule"),
    ],
)
def test_a_form_that_nobody_touched_says_what_stands(retention: str, way: str) -> None:
    """Each retention has one way to be said, and comes back from its fields."""
    stands = standing(retention)
    assert stands["kept"] == way and way in ways()
    assert retention_of(MultiDict(stands)) == retention


def test_a_new_purpose_asks_for_a_time() -> None:
    """Nobody is led to keep something without an end; the number is left to the person."""
    assert (standing("")["kept"], standing("")["count"]) == ("time", "")


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"kept": "time", "count": "", "unit": "y"}, "count"),
        ({"kept": "time", "count": "0", "unit": "y"}, "count"),
        ({"kept": "time", "count": "-3", "unit": "y"}, "count"),
        ({"kept": "time", "count": "99999", "unit": "d"}, "count"),
        ({"kept": "time", "count": "٣", "unit": "y"}, "count"),
        ({"kept": "until", "since": ""}, "since"),
        ({"kept": "rule", "retention": " "}, "retention"),
        ({}, "retention"),
    ],
)
def test_what_is_missing_stands_at_its_field(typed: dict, field: str) -> None:
    """One sentence says what to enter."""
    with pytest.raises(Invalid) as refusal:
        retention_of(MultiDict(typed))
    assert refusal.value.field == field


def test_what_another_way_left_behind_does_not_count() -> None:
    """Somebody who chooses the account after having typed a time keeps things as long as the account."""
    assert (
        retention_of(MultiDict({"kept": "account", "count": "3", "since": "left_on", "retention": "9y"})) == "account"
    )


def test_dates_are_those_of_the_tables_that_are_held_for_it() -> None:
    """One that several tables have is offered once, with all of them; a new purpose may count from any."""
    assert dates(DOCUMENT, "register") == [
        ("left_on", "“Left on” (Members), “Left on” (Coachs)"),
        ("seen_at", "“Seen at” (Coachs)"),
    ]
    assert [name for name, _label in dates(DOCUMENT, "")] == ["left_on", "seen_at", "drawn_on"]
