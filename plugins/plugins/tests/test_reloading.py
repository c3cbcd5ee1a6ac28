"""A running server is told that the plugins have changed."""

import fcntl
import os
import signal

import pytest
from dihya_plugins.reloading import PID_FILE, reload_server


@pytest.fixture
def heard(monkeypatch):
    """What this process hears in place of a reload."""
    said = []
    monkeypatch.setattr(signal, "SIGHUP", signal.SIGUSR1)
    before = signal.signal(signal.SIGUSR1, lambda *_: said.append("reload"))
    yield said
    signal.signal(signal.SIGUSR1, before)


def test_a_running_server_is_asked_to_reload(tmp_path, heard):
    """Through the file that it holds a lock on."""
    with (tmp_path / PID_FILE).open("w+") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        held.write(str(os.getpid()))
        held.flush()
        assert reload_server(tmp_path)
    assert heard == ["reload"]


def test_a_stale_number_hits_nobody(tmp_path, heard):
    """The lock is gone with its process; the number may be anybody's by now."""
    assert not reload_server(tmp_path)
    (tmp_path / PID_FILE).write_text(str(os.getpid()))
    assert not reload_server(tmp_path)
    assert heard == []
