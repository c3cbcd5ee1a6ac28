"""The server as a process: it answers, it stops, it says what is in its way, and it replaces what dies."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
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


@pytest.mark.parametrize("stop", [signal.SIGTERM, signal.SIGINT])
def test_it_says_where_it_is_answers_and_stops(start, port, stop):
    """Its address in a frame on standard output once it answers; SIGTERM and Ctrl-C end it with exit code 0 within seconds."""
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
        f"error: port {port} on 127.0.0.1 is already in use; stop what runs there, or choose another: "
        "dihya serve --port 8001, or make serve PORT=8001"
    ]


def test_a_killed_worker_is_replaced(start, port, until):
    """kill -9 of the only worker: another one answers, and the server still stops with 0."""
    server = start()
    (first,) = workers(server)
    os.kill(first, signal.SIGKILL)
    assert until(lambda: [pid for pid in workers(server) if pid != first])
    assert until(lambda: fetched(port)) == (200, {"status": "ok"})
    server.terminate()
    server.communicate(timeout=20)
    assert server.returncode == 0


def test_workers_do_not_outlive_a_killed_server(start, port, until):
    """kill -9 of the server itself: its workers end too, and the port is free again."""
    server = start("--workers", "2")
    orphans = workers(server)
    assert len(orphans) == 2
    server.kill()
    server.wait(timeout=20)
    assert until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in orphans))
    assert start().line == f"Dihya is at http://127.0.0.1:{port}"


@pytest.mark.skipif(sys.platform != "linux", reason="only there the system ends the children of whoever dies")
def test_a_worker_that_hears_nothing_does_not_outlive_a_killed_server(start, until):
    """Whatever a worker does at that moment, it ends with the server and goes on with nothing."""
    server = start()
    (deaf,) = workers(server)
    os.kill(deaf, signal.SIGSTOP)
    try:
        server.kill()
        server.wait(timeout=20)
        assert until(lambda: not Path(f"/proc/{deaf}").exists())
    except AssertionError:
        os.kill(deaf, signal.SIGKILL)
        raise


def test_several_workers_share_sqlite(start, port, until):
    """Three processes answer on one port and one database file, at the same time."""
    server = start("--workers", "3", "--threads", "4")
    assert len(until(lambda: workers(server) if len(workers(server)) == 3 else None)) == 3
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


def test_silent_connections_and_half_bodies_stop_nobody(start, port, client_of):
    """300 connections that send nothing and 40 half bodies: both health addresses answer as ever."""
    start()
    silent = [client_of(port) for _ in range(300)]
    head = "Content-Type: application/json"
    halves = [client_of(port).post("/api/v1/securite/tokens", b"{", head, size=100_000) for _ in range(40)]
    chunked = b"POST /x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab"
    halves += [client_of(port).send(chunked) for _ in range(40)]
    assert fetched(port) == (200, {"status": "ok"})
    assert fetched(port, "/health/ready")[1]["status"] == "ok"
    for each in silent + halves:
        each.close()


def test_a_reload_replaces_the_workers_without_a_gap(start, port, until):
    """SIGHUP: new workers take over while requests go on to be answered, and the port stays the same."""
    server = start()
    before = workers(server)
    server.send_signal(signal.SIGHUP)
    assert until(lambda: fetched(port)[0] == 200 and len(workers(server)) == 1 and workers(server) != before)


def test_a_reload_that_cannot_start_keeps_the_old_workers(start, port, tmp_path, until):
    """A configuration that became wrong: the server says so and goes on as it was."""
    server = start()
    before = workers(server)
    (tmp_path / "dihya.toml").write_text("[dihya]\ntrip_after = -1\n")
    server.send_signal(signal.SIGHUP)
    lines = [server.stderr.readline()]
    while lines[-1] and "the old ones go on" not in lines[-1]:
        lines.append(server.stderr.readline())
    assert lines[-1] == "error: the new worker does not start; the old ones go on\n"
    assert until(lambda: workers(server) == before) and fetched(port)[0] == 200
    (tmp_path / "dihya.toml").write_text("[plugins]\nenable = ['wsgi', 'db']\n")


def test_a_second_server_on_the_data_folder_is_told(start, command, port):
    """Only the first one takes up plugins that are installed, so the second one says so."""
    first = start()
    words, where = command
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        other = trial.getsockname()[1]
    second = subprocess.Popen(
        [*words[:-1], str(other)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **where
    )
    try:
        assert f"| Dihya is at http://127.0.0.1:{other} |" in [second.stdout.readline().strip() for _ in range(3)]
    finally:
        second.terminate()
    assert f"warning: another server (process {first.pid}) works in" in second.communicate(timeout=20)[1]
