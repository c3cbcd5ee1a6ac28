"""Real servers in processes of their own."""

from __future__ import annotations

import asyncio
import json
import os
import socket
import subprocess
import sys
import threading
from importlib.util import find_spec
from pathlib import Path
from types import SimpleNamespace
from typing import ClassVar

import pytest

PROTECTING = ("keys", "securite", "audit", "middleware", "rgpd")


@pytest.fixture
def port():
    """A port that is free at this moment."""
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return trial.getsockname()[1]


@pytest.fixture
def command(tmp_path, port):
    """The command line and environment of a server with few plugins and a database in a temporary folder."""
    there = [
        name for name in PROTECTING if find_spec(f"dihya_{name}")
    ]  # alone none is, and naming one would be warned of
    (tmp_path / "dihya.toml").write_text(
        f'[plugins]\nenable = ["wsgi", "db"]\naccept_loss_of = {json.dumps(there)}\n[wsgi]\nshutdown_seconds = 5\n'
    )
    environment = {name: value for name, value in os.environ.items() if not name.startswith("DIHYA_")}
    dihya = Path(sys.executable).with_name("dihya")
    return [str(dihya), "serve", "--port", str(port)], {"cwd": tmp_path, "env": environment}


@pytest.fixture
def start(command):
    """Return a function that starts a server, waits for the frame with its address, and ends it after the test."""
    running = []

    def begin(*options: str, **variables: str) -> subprocess.Popen[str]:
        words, where = command
        where = {**where, "env": {**where["env"], **variables}}
        server = subprocess.Popen(
            [*words, *options], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **where
        )
        running.append(server)
        server.line = [server.stdout.readline().strip("| \n") for _ in range(3)][1]
        return server

    yield begin
    for server in running:
        server.terminate()
        server.communicate(timeout=20)


class Client:
    """A client that says exactly what it is told to."""

    every: ClassVar[list[Client]] = []

    def __init__(self, port: int, source: str = "127.0.0.1", receive: int = 0) -> None:
        self.socket = socket.socket()
        if receive:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive)
        self.socket.bind((source, 0))
        self.socket.settimeout(10)
        self.socket.connect(("127.0.0.1", port))
        self.rest = b""
        self.every.append(self)

    def send(self, data: bytes) -> Client:
        self.socket.sendall(data)
        return self

    def get(self, path: str = "/", *headers: str) -> Client:
        return self.send("\r\n".join([f"GET {path} HTTP/1.1", "Host: localhost", *headers, "", ""]).encode())

    def post(self, path: str, body: bytes, *headers: str, size: int | None = None) -> Client:
        size = len(body) if size is None else size
        lines = [f"POST {path} HTTP/1.1", "Host: localhost", f"Content-Length: {size}", *headers, "", ""]
        return self.send("\r\n".join(lines).encode() + body)

    def answer(self, *, body: bool = True) -> SimpleNamespace:
        """Read one answer; status 0 when the connection ends instead."""
        head = self._until(b"\r\n\r\n")
        if not head:
            return SimpleNamespace(status=0, headers={}, body=b"")
        first, *lines = head.decode("latin-1").rstrip().split("\r\n")
        headers = {name.lower(): value for name, value in (line.split(": ", 1) for line in lines)}
        return SimpleNamespace(status=int(first.split()[1]), headers=headers, body=self._body(headers) if body else b"")

    def _body(self, headers: dict[str, str]) -> bytes:
        if headers.get("transfer-encoding") == "chunked":
            parts = []
            while size := int(self._until(b"\r\n"), 16):
                parts.append(self._exactly(size + 2)[:-2])
            self._until(b"\r\n")
            return b"".join(parts)
        return self._exactly(int(headers["content-length"])) if "content-length" in headers else self.everything()

    def _until(self, end: bytes) -> bytes:
        while end not in self.rest and (data := self.socket.recv(65536)):
            self.rest += data
        found, _, self.rest = self.rest.partition(end)
        return found + end if found or end == b"\r\n" else found

    def _exactly(self, size: int) -> bytes:
        while len(self.rest) < size and (data := self.socket.recv(65536)):
            self.rest += data
        found, self.rest = self.rest[:size], self.rest[size:]
        return found

    def everything(self) -> bytes:
        """Read until the other side ends the connection."""
        try:
            while data := self.socket.recv(65536):
                self.rest += data
        except ConnectionResetError:
            pass
        found, self.rest = self.rest, b""
        return found

    def close(self) -> None:
        self.socket.close()


@pytest.fixture(autouse=True)
def closed_clients():
    """No socket of a test outlives it."""
    yield
    while Client.every:
        Client.every.pop().close()


@pytest.fixture
def opened(closed_clients):
    """Return a function that opens a door for an application in this process; it gives the door with its ``port``."""
    from dihya_wsgi import door as module
    from dihya_wsgi.connection import Connection
    from dihya_wsgi.launch import Plan
    from dihya_wsgi.settings import Settings
    from dihya_wsgi.worker import _new_runner

    module.TICK = 0.02
    closing = []

    def begin(app, limits=None, **settings):
        plan = Plan.of(Settings(**{"threads": 2, **settings}), "127.0.0.1")
        ready, made = threading.Event(), []

        async def run():
            loop, ended = asyncio.get_running_loop(), asyncio.Event()
            door = module.Door(plan, app, loop, limits)
            server = await loop.create_server(lambda: Connection(door), "127.0.0.1", 0)
            door.port, door.client = server.sockets[0].getsockname()[1], lambda *a, **k: Client(door.port, *a, **k)
            door.tick()
            made.extend([door, lambda: loop.call_soon_threadsafe(ended.set)])
            ready.set()
            await ended.wait()
            server.close()
            await door.close(2)

        thread = threading.Thread(target=lambda: _new_runner().run(run()), daemon=True)
        thread.start()
        assert ready.wait(10)
        closing.append((made[1], thread))
        return made[0]

    yield begin
    while Client.every:
        Client.every.pop().close()
    for end, thread in closing:
        end()
        thread.join(10)


def eventually(found):
    """Return what *found* gives once it gives something, within twenty seconds."""
    from time import monotonic

    until, pause = monotonic() + 20, threading.Event()
    while monotonic() < until:
        try:
            if value := found():
                return value
        except OSError:
            pass
        pause.wait(0.02)
    raise AssertionError(f"{found} did not come")


@pytest.fixture
def until():
    """Return a function that waits until what it is given gives something."""
    return eventually


@pytest.fixture
def client_of():
    """Return what makes a client of a port."""
    return Client


@pytest.fixture
def echo():
    """An application that tells what arrived."""

    def app(environ, start_response):
        body = environ["wsgi.input"].read()
        said = {name: value for name, value in environ.items() if isinstance(value, str)}
        text = json.dumps({**said, "size": len(body), "body": body[:100].decode("latin-1")}).encode()
        start_response("200 OK", [("Content-Type", "application/json")])
        return [text]

    return app


@pytest.fixture
def stuck(echo):
    """Return a function that makes an application which answers nothing before an event; it says when it is asked."""

    def make(event, asked=None):
        def app(environ, start_response):
            if asked is not None:
                asked.set()
            event.wait(20)
            return echo(environ, start_response)

        return app

    return make
