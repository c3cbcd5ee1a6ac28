"""Which column says when a record is, and the days of a week or month."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace
from typing import Any

import pytest
from dihya_console.days import MINUTES, Period, day_of, edges, end_of, ends, lies_on, period
from dihya_console.records import Desk
from dihya_hookspecs.rules import no_overlap, not_before


@pytest.fixture
def desks(app: Any, demo: Any) -> Any:
    """The desks of members and fees, in an act of somebody who may write."""
    with app.act():
        yield [Desk("demo", resource) for resource in demo.register_resources()]


def test_the_first_moment_that_is_written_says_when_a_record_is(desks: Any) -> None:
    """A fee is due then; when it was entered says nothing."""
    assert day_of(desks[1]) == "due"


def test_a_day_in_a_table_of_people_is_no_appointment(desks: Any) -> None:
    """Members have joined on a day; what is personal in their table leads to themselves."""
    column = desks[0].model.__table__.columns["joined"]
    assert day_of(desks[0]) == "joined"
    column.info["rgpd"], before = SimpleNamespace(subject="id"), column.info["rgpd"]
    try:
        assert day_of(desks[0]) == ""
    finally:
        column.info["rgpd"] = before


def test_the_column_that_a_list_is_sorted_by_comes_first(desks: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A list that is sorted by a day is looked at by that day."""
    monkeypatch.setattr(desks[0].resource.service, "order", "-joined,name")
    assert day_of(desks[0]) == "joined"


def test_a_column_that_the_reader_does_not_see_says_nothing(desks: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A list without another one has no days."""
    monkeypatch.setattr(Desk, "hidden", lambda desk: frozenset({"due"}))
    assert day_of(desks[1]) == ""


@pytest.mark.parametrize(
    ("rule", "end"),
    [
        (no_overlap("due", "amount"), ("amount", "")),
        (not_before("due", "created_at"), ("", "")),
        (not_before("created_at", "due"), ("created_at", "")),
    ],
)
def test_the_rules_of_a_table_say_when_a_record_ends(
    desks: Any, monkeypatch: pytest.MonkeyPatch, rule: Any, end: tuple[str, str]
) -> None:
    """What does not overlap until then, or what is not before the beginning."""
    monkeypatch.setattr(desks[1].model, "__rules__", (rule,))
    assert end_of(desks[1], "due") == end


def test_minutes_are_counted_from_the_beginning() -> None:
    """A record that says no length has no end."""
    begins = dt.datetime(2026, 3, 5, 9, tzinfo=dt.UTC)
    assert ends(SimpleNamespace(lasts=30), begins, ("lasts", MINUTES)) == begins + dt.timedelta(minutes=30)
    assert ends(SimpleNamespace(lasts=None), begins, ("lasts", MINUTES)) is None is ends(None, begins, ("", ""))


@pytest.mark.parametrize(
    ("begins", "first", "last"), [(0, (2026, 3, 2), (2026, 3, 8)), (6, (2026, 3, 1), (2026, 3, 7))]
)
def test_a_week_begins_with_the_day_of_the_language(begins: int, first: Any, last: Any) -> None:
    """Monday, or Sunday."""
    found = period("week", dt.date(2026, 3, 5), begins)
    assert found[:2] == (dt.date(*first), dt.date(*last)) and len(found.days()) == 7


def test_a_month_has_all_of_its_days() -> None:
    """The months around it are known, over the end of a year too."""
    found = period("month", dt.date(2027, 12, 31), 0)
    assert found == (dt.date(2027, 12, 1), dt.date(2027, 12, 31), dt.date(2027, 11, 1), dt.date(2028, 1, 1))
    assert len(found.days()) == 31


def test_days_of_instants_are_those_of_people_here(make_app: Any, demo: Any) -> None:
    """A week begins at midnight there, on the day when clocks change too."""
    said = {"i18n": {"timezone": "Europe/Paris"}}
    with make_app("console", "i18n", plugins={"demo": demo}, config=said).act():
        desk = Desk("demo", demo.register_resources()[1])
        day = dt.date(2026, 3, 29)
        begin, end = edges(desk, "due", Period(day, day, day, day))
        assert end - begin == dt.timedelta(hours=23) and begin == dt.datetime(2026, 3, 28, 23, tzinfo=dt.UTC)
        assert lies_on(dt.datetime(2026, 3, 28, 23, 30, tzinfo=dt.UTC)) == day
