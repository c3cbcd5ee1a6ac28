"""The server as a process: it answers, it stops, it says what is in its way, and it replaces what dies."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from time import monotonic

import pytest


def fetched(port, path="/health/live"):
    """Return status and JSON of an answer."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=10) as answer:
        return answer.status, json.load(answer)


def workers(server):
    """Return the process ids of the workers."""
    return [int(pid) for pid in Path(f"/proc/{server.pid}/task/{server.pid}/children").read_text().split()]


def eventually(found):
    """Return what *found* gives once it gives something, within twenty seconds."""
    until, pause = monotonic() + 20, threading.Event()
    while monotonic() < until:
        try:
            if value := found():
                return value
        except OSError:
            pass
        pause.wait(0.05)
    raise AssertionError(f"{found} did not come")


@pytest.mark.parametrize("stop", [signal.SIGTERM, signal.SIGINT])
def test_it_says_where_it_is_answers_and_stops(start, port, stop):
    """One line on standard output once it answers; SIGTERM and Ctrl-C end it with exit code 0 within seconds."""
    server = start()
    assert server.line == f"Dihya is at http://127.0.0.1:{port}"
    assert fetched(port) == (200, {"status": "ok"})
    assert fetched(port, "/health/ready")[1]["status"] == "ok"
    began = monotonic()
    server.send_signal(stop)
    rest, errors = server.communicate(timeout=20)
    assert (server.returncode, rest, errors) == (0, "", "")
    assert monotonic() - began < 5


def test_a_second_server_on_the_port_says_so(start, command, port):
    """The second instance ends at once with one line that names the port and the way out."""
    start()
    words, where = command
    second = subprocess.run(words, capture_output=True, text=True, timeout=30, **where)
    assert (second.returncode, second.stdout) == (1, "")
    assert second.stderr.splitlines() == [
        f"error: port {port} on 127.0.0.1 is already in use; stop what runs there, or choose another with --port"
    ]


def test_a_killed_worker_is_replaced(start, port):
    """kill -9 of the only worker: another one answers, and the server still stops with 0."""
    server = start()
    (first,) = workers(server)
    os.kill(first, signal.SIGKILL)
    assert eventually(lambda: [pid for pid in workers(server) if pid != first])
    assert eventually(lambda: fetched(port)) == (200, {"status": "ok"})
    server.terminate()
    server.communicate(timeout=20)
    assert server.returncode == 0


def test_workers_do_not_outlive_a_killed_server(start, port):
    """kill -9 of the server itself: its workers end too, and the port is free again."""
    server = start("--workers", "2")
    orphans = workers(server)
    assert len(orphans) == 2
    server.kill()
    server.wait(timeout=20)
    assert eventually(lambda: not any(Path(f"/proc/{pid}").exists() for pid in orphans))
    assert start().line == f"Dihya is at http://127.0.0.1:{port}"


def test_several_workers_share_sqlite(start, port):
    """Three processes answer on one port and one database file, at the same time."""
    server = start("--workers", "3", "--threads", "4")
    assert len(eventually(lambda: workers(server) if len(workers(server)) == 3 else None)) == 3
    with ThreadPoolExecutor(8) as crowd:
        assert {status for status, _ in crowd.map(lambda _: fetched(port, "/health/ready"), range(60))} == {200}


def test_the_command_line_reaches_the_server(start, command, port, tmp_path):
    """--config and --set of the command hold in the workers too."""
    (tmp_path / "dihya.toml").rename(tmp_path / "other.toml")
    words, where = command
    words[1:1] = ["--config", "other.toml", "--set", f"dihya.data={tmp_path / 'elsewhere'}"]
    start()
    assert fetched(port, "/health/ready")[0] == 200
    assert (tmp_path / "elsewhere").is_dir() and not (tmp_path / "instance").exists()


def test_a_worker_that_cannot_start_ends_the_server(command, port, tmp_path):
    """What Dihya can explain is one line and exit code 1, not a loop of respawned workers."""
    from dataclasses import asdict

    from dihya_wsgi.launch import Plan
    from dihya_wsgi.settings import Settings

    plan = json.dumps(asdict(Plan.of(Settings(port=port), "127.0.0.1")))
    environment = {**command[1]["env"], "DIHYA_CONFIG": str(tmp_path / "absent.toml")}
    ended = subprocess.run(
        [sys.executable, "-m", "dihya_wsgi.server", plan],
        capture_output=True,
        text=True,
        timeout=30,
        env=environment,
        cwd=tmp_path,
    )
    assert ended.returncode == 1
    assert ended.stderr.startswith("error: no configuration file at ")
    assert "Traceback" not in ended.stderr
