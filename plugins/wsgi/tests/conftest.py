"""Real servers in processes of their own."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.fixture
def port():
    """A port that is free at this moment."""
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return trial.getsockname()[1]


@pytest.fixture
def command(tmp_path, port):
    """The command line and environment of a server with few plugins and a database in a temporary folder."""
    (tmp_path / "dihya.toml").write_text('[plugins]\nenable = ["wsgi", "db"]\n[wsgi]\nshutdown_seconds = 5\n')
    environment = {name: value for name, value in os.environ.items() if not name.startswith("DIHYA_")}
    dihya = Path(sys.executable).with_name("dihya")
    return [str(dihya), "serve", "--port", str(port)], {"cwd": tmp_path, "env": environment}


@pytest.fixture
def start(command):
    """Return a function that starts a server, waits for its one line, and ends it after the test."""
    running = []

    def begin(*options: str, **variables: str) -> subprocess.Popen[str]:
        words, where = command
        where = {**where, "env": {**where["env"], **variables}}
        server = subprocess.Popen(
            [*words, *options], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **where
        )
        running.append(server)
        server.line = server.stdout.readline().strip()
        return server

    yield begin
    for server in running:
        server.terminate()
        server.communicate(timeout=20)
