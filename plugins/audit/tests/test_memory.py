"""What was signed last, beside the key: durable, private, and readable after a process died between two writes."""

from __future__ import annotations

import os
import signal

import pytest
from dihya_audit.memory import Memory, Signed, own_lock, place, private


@pytest.fixture
def memory(tmp_path):
    return Memory(tmp_path)


def test_what_is_about_to_be_signed_becomes_what_was_signed(memory):
    """Before a commit both are known, after it the new one, and a commit that never came leaves the old one."""
    assert memory.read().signed is None
    memory.begin(Signed("one", 0, 3))
    assert memory.read().signing == Signed("one", 0, 3) and memory.read().signed is None
    memory.settle()
    memory.begin(Signed("two"))
    assert (memory.read().signed.note, memory.read().signing.note) == ("one", "two")
    memory.forget()
    assert memory.read().signed == Signed("one", 0, 3) and memory.read().signing is None


def test_only_the_owner_reads_the_files(memory):
    """The folder is closed to everybody else, also when it was open, and no draft stays behind."""
    memory.folder.mkdir(mode=0o755)
    memory.begin(Signed("one"))
    assert memory.folder.stat().st_mode & 0o777 == 0o700
    (file,) = memory.folder.iterdir()
    assert file.stat().st_mode & 0o777 == 0o600


def test_a_stop_is_in_force_until_something_else_was_signed(memory):
    """The first reason stands; a new signature, which only a person brings about, ends it."""
    memory.begin(Signed("one"))
    memory.settle()
    memory.stop("because")
    memory.stop("another")
    assert memory.read().stop == "because"
    memory.begin(Signed("two"))
    memory.settle()
    assert memory.read().stop == ""


@pytest.mark.parametrize("text", ["", "{", "[]", '{"note": 1}', '{"note": "x", "anchored": "1", "through": 0}'])
def test_a_damaged_file_is_as_good_as_gone(memory, text):
    """What is no memory is not taken for one; the log says then that it is gone."""
    private(memory.folder)
    memory.signed.write_text(text)
    assert memory.read().signed is None


def test_a_process_killed_while_it_writes_leaves_the_old_or_the_new(memory):
    """Killed at any moment of many writes, the file holds one whole note."""
    memory.begin(Signed("0"))
    memory.settle()
    for round in range(5):
        ready, done = os.pipe()
        child = os.fork()
        if not child:
            os.write(done, b"x")
            for number in range(100_000):
                memory.begin(Signed(str(number)))
                memory.settle()
            os._exit(0)
        os.read(ready, 1)
        while memory.read().signed.note == "0" and not round:
            continue
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        os.close(ready), os.close(done)
        assert memory.read().signed.note.isdigit()


def test_a_lock_that_others_could_open_is_closed(tmp_path):
    """An older lock file that everybody may open loses that before it is used."""
    (tmp_path / "lock").touch(mode=0o644)
    with own_lock(tmp_path / "lock"):
        assert (tmp_path / "lock").stat().st_mode & 0o777 == 0o600


def test_two_folders_are_two_places(tmp_path):
    """A data folder is known by where it lies, always by the same name."""
    assert place(tmp_path) == place(tmp_path) != place(tmp_path / "other")
