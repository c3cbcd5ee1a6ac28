"""What other machines see is known here as long as somebody says it."""

from __future__ import annotations

import os
from time import time

import pytest
from dihya_core.hooks.elsewhere import ANEW, STANDS, Elsewhere
from dihya_core.hooks.monitor import HookMonitor
from dihya_hookspecs.app import Trouble

SEEN = {"p": [Trouble("failing", "on_response", 1, 3, "OSError", "north:/srv")]}


def aged(folder, seconds):
    os.utime(folder / "elsewhere", (time() - seconds,) * 2)


def test_another_process_reads_what_the_server_was_told(tmp_path):
    """``dihya plugins`` is such a process; the sentence names the machine."""
    HookMonitor(tmp_path).elsewhere.keep(SEEN)
    (told,) = HookMonitor(tmp_path).troubles()["p"]
    assert str(told) == "failing: 1 of the last 3 calls of on_response (OSError), seen on north:/srv"
    assert HookMonitor(tmp_path).here() == {}


def test_what_nobody_says_again_is_forgotten(tmp_path):
    """A server that was killed cannot take it back."""
    Elsewhere(tmp_path).keep(SEEN)
    aged(tmp_path, STANDS + 1)
    assert Elsewhere(tmp_path).seen() == {}


@pytest.mark.parametrize(("seconds", "written"), [(0, False), (ANEW + 1, True)])
def test_the_same_is_written_once_a_minute(tmp_path, seconds, written):
    """Often enough to be remembered, and no more."""
    note = Elsewhere(tmp_path)
    note.keep(SEEN)
    aged(tmp_path, seconds)
    before = (tmp_path / "elsewhere").stat().st_mtime_ns
    note.keep(SEEN)
    assert ((tmp_path / "elsewhere").stat().st_mtime_ns != before) is written


@pytest.mark.parametrize("text", ["", "[]", "{", '{"p": 1}', '{"p": [[1, 2, 3, 4, 5, 6, 7, 8]]}'])
def test_a_damaged_note_says_nothing(tmp_path, text):
    """The next exchange writes it again."""
    (tmp_path / "elsewhere").write_text(text)
    assert Elsewhere(tmp_path).seen() == {}


def test_a_note_that_is_no_text_is_written_again(tmp_path):
    """Half of a letter, as a full disk leaves it, keeps nobody from reading or writing."""
    (tmp_path / "elsewhere").write_bytes(b'{"\xc3')
    note = Elsewhere(tmp_path)
    assert note.seen() == {}
    note.keep(SEEN)
    assert note.seen() == SEEN


def test_without_a_folder_nothing_is_kept():
    """A test that shares nothing has no folder; where nothing was seen no file is made."""
    note = Elsewhere(None)
    note.keep(SEEN)
    assert note.seen() == {}


def test_no_news_make_no_file(tmp_path):
    """On most machines nothing ever fails elsewhere."""
    Elsewhere(tmp_path).keep({})
    assert list(tmp_path.iterdir()) == []
