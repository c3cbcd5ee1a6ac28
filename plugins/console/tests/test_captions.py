"""What records are called."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from dihya_console.captions import Captions, _filled
from dihya_console.records import Desk
from dihya_hookspecs.access import Actor
from dihya_hookspecs.app import Plugins
from dihya_hookspecs.resources import Query

READER = Actor("reader", "reader", frozenset({"admin"}))


@pytest.fixture
def act(app: Any) -> Any:
    """An act in which records are named."""
    with app.act(actor=READER) as act:
        yield act


def desk(act: Any, name: str, caption: str = "") -> Desk:
    """The desk of a resource, with a caption pattern."""
    plugin, resource = next(
        (plugin, item) for plugin, item in act.get(Plugins).collected("register_resources") if item.name == name
    )
    return Desk(plugin, replace(resource, caption=caption))


def member(members: Desk, name: str, **values: Any) -> Any:
    """A member."""
    return members.service.add({"name": name, "plan": "full", "active": True, "note": "", **values})


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"a": "Martin", "b": "Alice", "c": "1990"}, "Martin Alice, 1990"),
        ({"a": "", "b": "Alice", "c": "1990"}, "Alice, 1990"),
        ({"a": "Martin", "b": "", "c": "1990"}, "Martin, 1990"),
        ({"a": "Martin", "b": "Alice", "c": ""}, "Martin Alice"),
        ({"a": "", "b": "", "c": ""}, ""),
    ],
)
def test_an_empty_value_takes_the_text_before_it_along(values, said) -> None:
    """A caption has no separator without something on both sides."""
    assert _filled("{a} {b}, {c}", values) == said


def test_a_pattern_keeps_its_own_words() -> None:
    """Text before the first and after the last value stays where the values are there."""
    assert _filled("n° {a} (paid)", {"a": "12"}) == "n° 12 (paid)"
    assert _filled("n° {a} of {b} (paid)", {"a": "12", "b": ""}) == "n° 12"


def test_choices_are_said_as_people_read_them(act) -> None:
    """A machine's value never stands in a caption."""
    members = desk(act, "members", "{name} – {plan}")
    assert members.caption(member(members, "Tin")) == "Tin – Full fee"


def test_a_reference_says_the_caption_of_what_it_points_to(act) -> None:
    """A record that is about another is called after it."""
    members, fees = desk(act, "members"), desk(act, "fees", "{member_id} – {label}")
    fee = fees.service.add({"label": "2026", "member_id": member(members, "Tin").id, "amount": Decimal(2)})
    assert fees.caption(fee) == "Tin – 2026"


def test_alike_captions_are_told_apart_by_another_column(act) -> None:
    """Two people of one name are two different lines of a pick list."""
    members = desk(act, "members", "{name}")
    two = [
        member(members, "Martin", email="a@example.org", joined=dt.date(2020, 1, 1)),
        member(members, "Martin", email="b@example.org", joined=dt.date(2020, 1, 1)),
        member(members, "Roux"),
    ]
    captions = [caption for _id, caption in Captions().distinct(members, two)]
    assert captions == ["Martin (a@example.org)", "Martin (b@example.org)", "Roux"]


def test_a_page_of_references_is_named_with_one_statement(act) -> None:
    """Captions of a list are looked up together."""
    from sqlalchemy import event

    members, fees = desk(act, "members"), desk(act, "fees", "{member_id} – {label}")
    made = [
        fees.service.add({"label": str(number), "member_id": member(members, f"m{number}").id, "amount": Decimal(1)})
        for number in range(20)
    ]
    act.session.flush()
    act.session.expire_all()
    found = fees.service.find(Query(sort=("label",))).items
    statements: list[str] = []
    event.listen(act.session.get_bind(), "before_cursor_execute", lambda *args: statements.append(args[2]))
    captions = Captions()
    captions.prepare(fees, found, ["member_id"])
    assert [captions.of(fees, fee) for fee in found] and len(statements) == 1 and len(found) == len(made)
