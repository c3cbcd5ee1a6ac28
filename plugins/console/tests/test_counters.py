"""The numbers in the menu."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from dihya_console import counters
from dihya_console.counters import SECONDS, Counters
from dihya_console.menu import Entry, Group
from dihya_hookspecs.access import Actor
from dihya_hookspecs.i18n import Text
from dihya_hookspecs.ui import Page

TIN, ADA = (Actor(name, name, frozenset({"user"})) for name in ("tin", "ada"))


class Guarded:
    """Calls as the core does."""

    def guarded(self, plugin: str, what: str, function: Any, budget_ms: float = 100.0) -> Any:
        """Return the answer, or None for what raises."""
        try:
            return function()
        except Exception:
            return None


@pytest.fixture
def counted() -> Any:
    """A function that counts with a counter at a given moment for somebody, and its clock."""
    now = [0.0]
    kept = Counters(lambda: now[0])

    def ask(count: Any, at: float = 0.0, actor: Actor = TIN) -> int:
        now[0] = at
        page = Page("inbox", Text("Inbox", "Boîte"), "/inbox/", None, count=count)
        (group,) = kept.counted(Guarded(), [Group("p", "P", "", (Entry("p", page),))], actor)  # type: ignore[arg-type]
        return group.entries[0].count

    return ask


def test_a_number_is_kept_for_some_seconds(counted: Any) -> None:
    """A number is kept for some seconds and then asked for again."""
    numbers = iter((3, 5))
    assert [counted(lambda: next(numbers), at) for at in (0.0, SECONDS - 1, SECONDS)] == [3, 3, 5]


def test_what_waits_for_one_person_is_not_shown_to_another(counted: Any) -> None:
    """A number is kept for one person with one set of roles, and shown to nobody else."""
    numbers = iter((3, 5, 7))
    count = lambda: next(numbers)  # noqa: E731
    assert [counted(count, 0, who) for who in (TIN, ADA, replace(TIN, roles=frozenset()), TIN)] == [3, 5, 7, 3]


@pytest.mark.parametrize("count", [lambda: None, lambda: 0, lambda: -1, lambda: "many", lambda: 1 // 0])
def test_what_is_no_number_shows_nothing(counted: Any, count: Any) -> None:
    """Nothing waits, or nobody knows."""
    assert counted(count) == 0


def test_only_so_many_numbers_are_kept(counted: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The oldest goes first."""
    monkeypatch.setattr(counters, "MOST", 1)
    numbers = iter((3, 5, 7))
    count = lambda: next(numbers)  # noqa: E731
    assert [counted(count, 0, who) for who in (TIN, ADA, TIN)] == [3, 5, 7]
