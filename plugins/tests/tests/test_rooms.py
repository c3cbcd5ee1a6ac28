"""The folders of trials: what they say, and what is left of them."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from dihya_hookspecs.i18n import Text
from dihya_hookspecs.trying import Trial, TrialRole
from dihya_tests import work
from dihya_tests.trying import rooms

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
TRIAL = Trial("token", "generation", "anna", "club", "starting", NOW, NOW + timedelta(hours=1))

HELD = {}
"""Room → the descriptor of its lock."""


@pytest.fixture
def where(tmp_path):
    """The folder of all trials."""
    return work.place(tmp_path)


@pytest.fixture
def room(where):
    """A room whose keeper lives; its lock is let go of at the end."""
    made, lock = rooms.add(where, TRIAL, {"memory_mb": 500})
    (made / "venv").mkdir()
    (made / "venv" / "code.py").write_text("x")
    (made / rooms.LOG).write_text("said")
    HELD[made] = lock
    yield made
    if made in HELD:
        killed(made)


def killed(room):
    """Let go of the lock, as the kernel does for a process that is gone."""
    os.close(HELD.pop(room))


def test_a_room_says_what_was_written_in_it(room) -> None:
    """Roles with their titles in both languages, times with their zone, and what the keeper needs, come back as they were."""
    trial = replace(TRIAL, state="running", roles=(TrialRole("club:secretary", Text("Secretary", "Secrétaire")),))
    rooms.write(room, trial, {"disk_mb": 64})
    assert rooms.read(room) == (trial, {"disk_mb": 64})
    assert rooms.read(room)[0].roles[0].title.fr == "Secrétaire"


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"more": {}}', json.dumps({"more": {}, "roles": [], "begun": "x", "ends": 1})]
)
def test_half_a_file_is_no_trial(room, text: str) -> None:
    """What a full disk or a stranger left there is passed over."""
    (room / rooms.FACTS).write_text(text)
    assert rooms.read(room) is None
    assert list(rooms.every(room.parent)) == []


def test_only_this_user_enters_the_rooms(where, room) -> None:
    """Neither the rooms nor one of them can be entered by others on the machine."""
    assert {path.stat().st_mode & 0o777 for path in (where, room)} == {0o700}


def test_a_closed_room_holds_one_word_of_how_it_ended(room) -> None:
    """Code, log and socket go; who tried what, and why it ended, is said until its hour is over."""
    rooms.close(room, "memory", "x" * 1000)
    assert {path.name for path in room.iterdir()} == {rooms.FACTS, rooms.LOCK}
    trial, more = rooms.read(room)
    assert (trial.state, trial.why, trial.said, more) == ("ended", "memory", "x" * rooms.SAID, {})


def test_last_words_hold_nothing_that_turns_text_around(room) -> None:
    """What a stranger's program said last is shown to people, so what cannot be printed is left out."""
    rooms.close(room, "failed", "a\x1b[31m\u202eb\nc")
    assert rooms.read(room)[0].said == "a[31mbc"


def test_sweeping_leaves_alone_what_lives(room) -> None:
    """As long as its keeper holds the lock, a room stays, even beyond its hour: the keeper itself ends it."""
    assert rooms.sweep(room.parent, NOW + timedelta(hours=2)) == 0
    assert (room / "venv").is_dir()


def test_sweeping_closes_what_a_killed_keeper_left(room) -> None:
    """A room whose keeper is gone is emptied, and says that it was stopped from outside."""
    killed(room)
    assert rooms.sweep(room.parent, NOW + timedelta(minutes=1)) == 1
    assert rooms.read(room)[0].why == "stopped"
    assert not (room / "venv").exists()


def test_sweeping_removes_what_is_over(room) -> None:
    """After its hour nothing at all is left."""
    killed(room)
    rooms.close(room, "told")
    assert rooms.sweep(room.parent, NOW + timedelta(minutes=59)) == 0
    assert rooms.sweep(room.parent, NOW + timedelta(minutes=60)) == 1
    assert not room.exists()


def test_sweeping_removes_what_says_nothing(room) -> None:
    """A room that was killed before it said anything belongs to nobody."""
    killed(room)
    (room / rooms.FACTS).unlink()
    assert rooms.sweep(room.parent, NOW) == 1
    assert not room.exists()
