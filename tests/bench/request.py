"""What a request costs: bare Flask, the usual hand-assembled stack and the whole application, in turns.

First CPU time in process, then requests a second at the same server with one worker: the server has the first processor, who asks
the last one. The hand-assembled stack stands in an environment of its own, made from the package index.
"""

from __future__ import annotations

import io
import json
import os
import selectors
import socket
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from statistics import median
from time import perf_counter
from types import MappingProxyType
from typing import Any

from .stack import hand

ROUNDS, SECONDS, CONNECTIONS = 5, 2.0, 16
GOAL = {"public": 0.25, "token": 0.35}
RATE = {"public": 0.45, "token": 0.35}
PACKAGES = (
    "flask", "flask-talisman", "flask-limiter", "flask-cors", "prometheus-flask-exporter", "opentelemetry-sdk",
    "opentelemetry-instrumentation-flask", "structlog", "flask-compress", "flask-babel", "pyjwt",
)  # fmt: skip
PASSWORD = "une phrase assez longue"
STACK = Path(__file__).parent / "stack" / "hand.py"


def whole(data: str, more: Mapping[str, object] = MappingProxyType({})) -> Any:
    """Return the application with every plugin, *more* of them and two views of its own."""
    from types import SimpleNamespace

    from dihya_hookspecs import hookimpl
    from dihya_hookspecs.web import public, requires
    from flask import Blueprint, jsonify

    from dihya_core import create_app

    def views() -> Blueprint:
        bench = Blueprint("bench", __name__)

        @bench.get("/hello")
        @public("a benchmark")
        def hello() -> Any:
            return jsonify(message="hello", n=1)

        @bench.get("/private")
        @requires("securite:account")
        def private() -> Any:
            return jsonify(message="hello", n=1)

        return bench

    plugin = SimpleNamespace(__name__="dihya_bench", __doc__="Two views.", register_routes=hookimpl(views))
    return create_app(plugins={"bench": plugin, **more}, given={"dihya": {"data": data}}, environ={})


def token_of(app: Any) -> str:
    """Return a token of the person that was added before."""
    body = json.dumps({"email": "tin@example.org", "password": PASSWORD}).encode()
    asked = {
        **hand.ENVIRON, "REQUEST_METHOD": "POST", "PATH_INFO": "/api/v1/securite/tokens", "wsgi.input": io.BytesIO(body),
        "CONTENT_LENGTH": str(len(body)), "CONTENT_TYPE": "application/json", "HTTP_ORIGIN": "http://127.0.0.1",
    }  # fmt: skip
    return str(json.loads(b"".join(app(asked, lambda *_: None)))["access_token"])


def cost(what: str, data: str) -> float:
    """Return the microseconds of CPU that a request to the whole application takes."""
    app = whole(data)
    asked = {**hand.ENVIRON, "HTTP_ORIGIN": "http://127.0.0.1", "PATH_INFO": "/bench/hello"}
    if what == "token":
        asked |= {"PATH_INFO": "/bench/private", "HTTP_AUTHORIZATION": f"Bearer {token_of(app)}"}
    return hand.spent(app, asked)


def serve(what: str, data: str) -> None:
    """Answer on one worker's door until the process is killed; prints its port and a token."""
    import asyncio

    from dihya_wsgi.connection import Connection
    from dihya_wsgi.door import Door
    from dihya_wsgi.launch import Plan
    from dihya_wsgi.settings import Settings
    from dihya_wsgi.worker import _new_runner

    app = hand.bare() if what == "bare" else whole(data)
    token = "" if what == "bare" else token_of(app)

    async def answer() -> None:
        loop = asyncio.get_running_loop()
        door = Door(Plan.of(Settings(), "127.0.0.1"), app, loop)
        server = await loop.create_server(lambda: Connection(door), "127.0.0.1", 0)
        door.tick()
        print(server.sockets[0].getsockname()[1], token, flush=True)
        await asyncio.Event().wait()

    _new_runner().run(answer())


def rate(port: int, path: str, token: str = "") -> float:
    """Return how many requests a second are answered to some connections that stay open."""
    head = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept-Language: fr,en;q=0.5\r\n"
    request = (head + (f"Authorization: Bearer {token}\r\n" if token else "") + "\r\n").encode()
    waiting, clients = selectors.DefaultSelector(), []
    for _ in range(CONNECTIONS):
        client = socket.create_connection(("127.0.0.1", port))
        client.sendall(request)
        waiting.register(client, selectors.EVENT_READ)
        clients.append(client)
    done, began = 0, perf_counter()
    while perf_counter() - began < SECONDS:
        for key, _ in waiting.select(1):
            answer = key.fileobj.recv(65536)  # type: ignore[union-attr]
            if not answer.startswith(b"HTTP/1.1 200"):
                raise RuntimeError(f"{path} is answered with {answer[:60]!r}")
            done += 1
            key.fileobj.sendall(request)  # type: ignore[union-attr]
    for client in clients:
        client.close()
    return done / (perf_counter() - began)


def by_hand(folder: Path) -> str:
    """Return the Python of an environment with the hand-assembled stack."""
    python = folder / "hand" / "bin" / "python"
    subprocess.run([sys.executable, "-m", "venv", folder / "hand"], check=True)
    subprocess.run([python, "-m", "pip", "install", "-q", *PACKAGES], check=True)
    return str(python)


def _said(command: list[str], **more: Any) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=True, **more).stdout.split()[-1]


def costs(folder: Path, data: str) -> dict[str, float]:
    """Return the microseconds of each kind, the median of some rounds in turns."""
    other, own = by_hand(folder), [sys.executable, "-m", "tests.bench.request"]
    taken: dict[str, list[float]] = {"bare": [], "hand": [], "public": [], "token": []}
    for _ in range(ROUNDS):
        for name in taken:
            command = [other, str(STACK), name] if name in ("bare", "hand") else [*own, "cost", name, data]
            taken[name].append(float(_said(command)))
    return {name: median(values) for name, values in taken.items()}


def rates(data: str) -> dict[str, float]:
    """Return the requests a second of bare Flask and of the whole application, the median of some rounds in turns."""
    processors = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_setaffinity") else []
    taken: dict[str, list[float]] = {"bare": [], "public": [], "token": []}
    servers: list[subprocess.Popen[str]] = []
    ports: dict[str, list[str]] = {}
    try:
        for what in ("bare", "whole"):
            pin = (lambda: os.sched_setaffinity(0, {processors[0]})) if len(processors) > 1 else None
            server = subprocess.Popen(
                [sys.executable, "-m", "tests.bench.request", "serve", what, data], stdout=subprocess.PIPE, text=True,
                preexec_fn=pin,
            )  # fmt: skip
            servers.append(server)
            assert server.stdout
            ports[what] = server.stdout.readline().split()
        if len(processors) > 1:
            os.sched_setaffinity(0, {processors[-1]})
        for _ in range(ROUNDS):
            taken["bare"].append(rate(int(ports["bare"][0]), "/hello"))
            taken["public"].append(rate(int(ports["whole"][0]), "/bench/hello"))
            taken["token"].append(rate(int(ports["whole"][0]), "/bench/private", ports["whole"][1]))
    finally:
        for server in servers:
            server.kill()
            server.communicate()
        if processors:
            os.sched_setaffinity(0, set(processors))
    return {name: median(values) for name, values in taken.items()}


def main() -> int:
    """Print both tables; 1 when a goal is missed."""
    with tempfile.TemporaryDirectory() as name:
        folder, data = Path(name), str(Path(name, "instance"))
        environment = {**os.environ, "DIHYA_DATA": data}
        dihya = [sys.executable, "-c", "from dihya_core.cli.main import main; main()"]
        (folder / "dihya.toml").write_text(f'[dihya]\ndata = "{data}"\n')
        subprocess.run([*dihya, "db", "upgrade"], cwd=folder, env=environment, capture_output=True, check=True)
        adding = ["people", "add", "tin@example.org", "--name", "Tin", "--role", "user", "--password-stdin"]
        subprocess.run(
            [*dihya, *adding], cwd=folder, env=environment, input=PASSWORD, text=True, capture_output=True, check=True
        )
        spent, answered = costs(folder, data), rates(data)
    added, missed = spent["hand"] - spent["bare"], 0
    print(
        "| request | CPU, µs | of what the hand-assembled stack adds | requests a second | × bare Flask |\n|---|---|---|---|---|"
    )
    for kind, cpu in spent.items():
        share = (cpu - spent["bare"]) / added
        often = answered.get(kind)
        told = f"{often:,.0f} | {often / answered['bare']:.2f}" if often else "– | –"
        print(f"| {kind} | {cpu:.0f} | {share:.2f} | {told} |")
        missed += kind in GOAL and (share > GOAL[kind] or answered[kind] / answered["bare"] < RATE[kind])
    return int(bool(missed))


if __name__ == "__main__":
    if sys.argv[1:2] == ["cost"]:
        print(cost(*sys.argv[2:]))
    elif sys.argv[1:2] == ["serve"]:
        serve(*sys.argv[2:])
    else:
        raise SystemExit(main())
