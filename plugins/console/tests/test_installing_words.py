"""What people read about plugins that come and go."""

from __future__ import annotations

from typing import Any

import pytest
from dihya_console import installing_words as words
from dihya_hookspecs import Invalid
from dihya_hookspecs.i18n import Text
from dihya_hookspecs.installing import Belonging, Progress


@pytest.mark.parametrize(
    ("code", "params", "said"),
    [
        ("under-way", {"who": "Ann", "work": "purge club"}, "Ann is at it (purge club)"),
        ("under-way", {}, "Another change of the plugins is under way"),
        ("required", {"reason": Text("it is needed", "il le faut")}, "it is needed"),
        ("required-by", {"others": "notes"}, "notes cannot do without it"),
        ("referred-to", {"others": "notes_notes"}, "notes_notes"),
        ("forbidden", {}, "leaves that to the command line"),
        ("install", {}, "the exact words"),
        ("install", {"reason": "it is full"}, "the exact words"),
        ("required", {}, "the exact words"),
    ],
)
def test_what_stands_against_a_change_is_one_sentence(app: Any, code: str, params: dict[str, Any], said: str) -> None:
    """In words of ours where there are any, and in those of the core otherwise."""
    with app.act():
        assert said in words.say(Invalid("the exact words", code=code, params=params))


def test_belongings_stand_by_kind(app: Any) -> None:
    """In the order in which people look for them, each with how much of it there is."""
    found = [Belonging("files", "/data/club", count=2), Belonging("table", "club_boats", count=1)]
    found += [Belonging("address", "/club"), Belonging("recurring", "club.tidy", count=60)]
    with app.act():
        assert [kind for kind, _ in words.grouped(found)] == ["address", "table", "files", "recurring"]
        said = [words.counted(item) for _, items in words.grouped(found) for item in items]
    assert said == ["", "1 row", "2 files", "every 60 seconds"]


@pytest.mark.parametrize("change", ["install", "undo", "uninstall", "purge"])
def test_every_change_has_a_title_and_words_for_its_steps(app: Any, change: Any) -> None:
    """Whatever the core may do."""
    steps = ("look", "back", "try", "tables", "swap", "check", "remove", "server")
    with app.act():
        assert "club 0.2.0" in words.title(Progress(change, "club", "0.2.0", "running", steps, "look"))
        assert set(words.steps()) == set(steps)


def test_every_part_of_a_plugin_has_words(app: Any) -> None:
    """Those that an arrival may bring."""
    from dihya_plugins.arrivals import PARTS

    with app.act():
        assert set(words.parts()) == set(PARTS)
