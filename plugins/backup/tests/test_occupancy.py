"""A folder that somebody uses is not replaced."""

from __future__ import annotations

import fcntl
import re
import subprocess
import sys
from pathlib import Path

import pytest
from dihya_backup.occupancy import _command, alone, users
from dihya_hookspecs import Invalid


def test_a_server_is_named(tmp_path):
    """The lock of a running server stops us, with its process number."""
    (tmp_path / "serve.pid").write_text("4242")
    with (tmp_path / "serve.pid").open("r+") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        with pytest.raises(Invalid, match=r"a server runs here \(process 4242\); stop it"), alone(tmp_path):
            pass


def test_nothing_is_restored_under_a_server(make_app, key, tmp_path):
    """The command looks before it reads the backup, also when the server has not asked its database yet."""
    app = make_app("backup")
    (tmp_path / "b").touch()
    with (app.data / "serve.pid").open("w+") as file:
        file.write("4242")
        file.flush()
        fcntl.flock(file, fcntl.LOCK_EX)
        result = app.cli("restore", str(tmp_path / "b"), "--key-file", str(tmp_path / "key"), "--force")
    assert result.exit_code == 1 and "a server runs here (process 4242)" in result.stderr


def test_nobody_can_serve_meanwhile(tmp_path):
    """The lock of servers is held as long as the block runs."""
    with alone(tmp_path), (tmp_path / "serve.pid").open("r+") as file, pytest.raises(BlockingIOError):
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_a_process_with_an_open_file_is_named(tmp_path):
    """Any process that has a file below the folder open stops us, and one that ended does not."""
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "file").touch()
    code = f"open({str(tmp_path / 'deep' / 'file')!r}).fileno(); f = open({str(tmp_path / 'deep' / 'file')!r}); print(1, flush=True); input()"
    with subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        other.stdout.readline()
        assert users(tmp_path) == [other.pid]
        with pytest.raises(Invalid, match=f"process {other.pid} has files of it open"), alone(tmp_path):
            pass
        other.stdin.close()
    assert users(tmp_path) == []


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_a_process_is_called_by_its_program(tmp_path):
    """Without the folder that it lies in; one that has ended has no name."""
    code = f"f = open({str(tmp_path / 'file')!r}, 'w'); print(1, flush=True); input()"
    with subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        other.stdout.readline()
        name = re.escape(Path(sys.executable).name)
        with pytest.raises(Invalid, match=rf"process {other.pid} has files of it open \({name}\)"), alone(tmp_path):
            pass
        other.stdin.close()
    assert _command(other.pid) == "it has just ended"
