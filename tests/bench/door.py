"""What others notice while somebody abuses the door: each way alone, then all at once; quiet and loaded in turns."""

from __future__ import annotations

import http.client
import json
import multiprocessing
import os
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from itertools import count
from pathlib import Path
from statistics import median, quantiles
from time import monotonic, perf_counter
from typing import Any

ROUNDS, SECONDS = 2, 4.0
LIVE_MS, ORDINARY = 100.0, 1.5
HEADER, BODY, WRITE = 3, 4, 4
ORDINARY_PATH = "/securite/sign-in"
PLUGIN = """
from dihya_hookspecs import hookimpl

@hookimpl
def register_routes():
    from dihya_hookspecs.acts import Acts, get
    from dihya_hookspecs.web import Streams, public
    from flask import Blueprint, Response
    from sqlalchemy import text
    ticker = Blueprint("ticker", __name__)

    @ticker.get("/stream")
    @public("a stream for the benchmark")
    def stream():
        acts = get(Acts)
        def look():
            with acts.open("ticker.look") as act:
                act.session.execute(text("SELECT 1"))
            return [], False
        return get(Streams).open(look)

    @ticker.get("/large")
    @public("a large answer for the benchmark")
    def large():
        return Response((b"x" * 65536 for _ in range(1600)), mimetype="application/octet-stream")

    return ticker
"""
address = (f"127.{second}.{third}.{fourth}" for second in count(1) for third in range(256) for fourth in range(2, 255))


def dialled(port: int, data: bytes = b"", receive: int = 0, source: str = "") -> socket.socket:
    """Return a connection from *source*, or an address of its own, after *data* was sent."""
    client = socket.socket()
    if receive:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive)
    client.bind((source or next(address), 0))
    client.connect(("127.0.0.1", port))
    client.sendall(data)
    return client


def is_over(client: socket.socket) -> bool:
    """Tell whether the server has ended the connection: after what the kernel still holds nothing comes."""
    client.settimeout(0.2)
    with suppress(ConnectionResetError):
        try:
            received = 0
            while received < 16 * 1024 * 1024:
                if not (data := client.recv(65536)):
                    return True
                received += len(data)
        except TimeoutError:
            pass
        return False
    return True


@contextmanager
def held(port: int, number: int, data: bytes, within: float | None, receive: int = 0) -> Iterator[Callable[[], str]]:
    """Hold *number* connections; the function that it gives says whether the server ended them in their time."""
    clients = [dialled(port, data, receive) for _ in range(number)]
    began = monotonic()

    def ended() -> str:
        if within is None:
            return "stay open"
        threading.Event().wait(max(0.0, began + within + 3 - monotonic()))  # who reads is no slow reader any more
        return "closed in time" if all(map(is_over, clients)) else "**NOT CLOSED**"

    try:
        yield ended
    finally:
        for client in clients:
            client.close()


def sends(port: int, workers: int, request: bytes, source: str, stop: Any, told: Any) -> None:
    """Send *request* again and again until *stop*, in a process of its own; put how it was answered into *told*."""
    answers: dict[str, int] = {}

    def send() -> None:
        while not stop.wait(0.02):
            try:
                with dialled(port, source=source) as client:
                    client.settimeout(20)
                    with suppress(BrokenPipeError, ConnectionResetError):  # refused before all of it was sent
                        client.sendall(request)
                    status = client.recv(100).split(b" ")[1].decode()
            except (OSError, IndexError) as error:
                status = type(error).__name__
            answers[status] = answers.get(status, 0) + 1

    threads = [threading.Thread(target=send) for _ in range(workers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    told.put(answers)


@contextmanager
def flooded(port: int, workers: int, request: bytes, source: str = "") -> Iterator[Callable[[], str]]:
    """Send *request* again and again; the function that it gives stops that, and says how it was answered."""
    context = multiprocessing.get_context("fork")
    stop, told = context.Event(), context.Queue()
    process = context.Process(target=sends, args=(port, workers, request, source, stop, told), daemon=True)
    process.start()

    def ended() -> str:
        stop.set()
        return ", ".join(f"{status} × {times}" for status, times in sorted(told.get(timeout=30).items()))

    try:
        yield ended
    finally:
        stop.set()
        process.join(30)


def posted(path: str, kind: str, body: bytes, size: int | None = None) -> bytes:
    """Return a request."""
    head = f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: {kind}\r\nContent-Length: {size or len(body)}\r\n\r\n"
    return head.encode() + body


def get(path: str) -> bytes:
    """Return a request."""
    return f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode()


FORM, JSON, TOKENS = "application/x-www-form-urlencoded", "application/json", "/api/v1/securite/tokens"
WRONG = json.dumps({"email": "nobody@example.org", "password": "not a password at all"}).encode()
WAYS: dict[str, Callable[[int], object]] = {
    "500 silent connections": lambda port: held(port, 500, b"", HEADER),
    "64 half bodies": lambda port: held(port, 64, posted(TOKENS, JSON, b"{", 100_000), BODY),
    "64 slow readers": lambda port: held(port, 64, get("/ticker/large"), WRITE, 4096),
    "200 open streams": lambda port: held(port, 200, get("/ticker/stream"), None),
    "sign-in flood, one address": lambda port: flooded(port, 40, posted(TOKENS, JSON, WRONG), "127.9.9.9"),
    "sign-in flood, as many addresses as requests": lambda port: flooded(port, 8, posted(TOKENS, JSON, WRONG)),
    "forms of 9 MB": lambda port: flooded(port, 4, posted("/securite/sign-in", FORM, b"a=&" * 3_000_000)),
    "deep and long JSON": lambda port: flooded(port, 4, posted(TOKENS, JSON, b'{"a":' + b"[" * 7000)),
}


def sampled(port: int, path: str, keep: bool) -> tuple[list[float], int]:
    """Ask *path* for some seconds, one request after the other; return milliseconds, and how many failed."""
    taken, bad, until = [], 0, monotonic() + SECONDS
    client = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    while monotonic() < until:
        start = perf_counter()
        try:
            client.request("GET", path, headers={"Accept": "text/html"})
            answer = client.getresponse()
            answer.read()
            bad += answer.status != 200
        except (OSError, http.client.HTTPException):
            bad += 1
            client.close()
        taken.append((perf_counter() - start) * 1000)
        if not keep:
            client.close()
        threading.Event().wait(0.005)
    client.close()
    return taken, bad


def both(port: int) -> tuple[list[float], list[float], int]:
    """Sample the live address, a new connection each, and an ordinary page at the same time."""
    found: dict[str, tuple[list[float], int]] = {}

    def sample(path: str, keep: bool) -> None:
        found[path] = sampled(port, path, keep)

    threads = [threading.Thread(target=sample, args=args) for args in (("/health/live", False), (ORDINARY_PATH, True))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    live, ordinary = found["/health/live"], found[ORDINARY_PATH]
    return live[0], ordinary[0], live[1] + ordinary[1]


def measured(port: int, names: list[str]) -> tuple[str, bool]:
    """Return one row of the table, and whether it keeps the goals."""
    quiet: list[float] = []
    live: list[float] = []
    loaded: list[float] = []
    bad, said = 0, ""
    for _ in range(ROUNDS):
        quiet += both(port)[1]
        with ExitStack() as stack:
            ends = [stack.enter_context(WAYS[name](port)) for name in names]  # type: ignore[arg-type]
            alive, ordinary, failed = both(port)
            live, loaded, bad = live + alive, loaded + ordinary, bad + failed
            said = "; ".join(end() for end in ends)  # type: ignore[operator]
    p99, before, after = quantiles(live, n=100)[98], quantiles(quiet, n=20)[18], quantiles(loaded, n=20)[18]
    name = names[0] if len(names) == 1 else "all at once"
    row = f"| {name} | {median(live):.1f} / {p99:.0f} | {before:.0f} → {after:.0f} | {after / before:.2f} | {bad} | {said} |"
    return row, p99 <= LIVE_MS and after <= ORDINARY * before and not bad and "NOT" not in said


@contextmanager
def served() -> Iterator[int]:
    """Serve an installation of its own; gives the port."""
    with tempfile.TemporaryDirectory() as folder:
        package, info = Path(folder, "p", "dihya_ticker"), Path(folder, "p", "dihya_ticker-0.1.dist-info")
        package.mkdir(parents=True)
        info.mkdir()
        (package / "__init__.py").write_text(PLUGIN)
        (info / "METADATA").write_text(
            "Metadata-Version: 2.1\nName: dihya-ticker\nVersion: 0.1\nRequires-Dist: dihya-hookspecs<2,>=1\n"
        )
        (info / "entry_points.txt").write_text("[dihya.plugins]\nticker = dihya_ticker\n")
        times = f"header_seconds = {HEADER}\nbody_seconds = {BODY}\nwrite_seconds = {WRITE}\n"
        Path(folder, "dihya.toml").write_text(f"[wsgi]\n{times}[models]\nembedded = false\n")
        environment = {name: value for name, value in os.environ.items() if not name.startswith("DIHYA_")}
        environment["PYTHONPATH"] = str(package.parent)
        dihya = str(Path(sys.executable).with_name("dihya"))
        subprocess.run([dihya, "setup"], cwd=folder, env=environment, capture_output=True, check=True)
        with socket.socket() as trial:
            trial.bind(("127.0.0.1", 0))
            port = trial.getsockname()[1]
        log = Path(folder, "log").open("w")  # noqa: SIM115 - closed below
        server = subprocess.Popen(
            [dihya, "serve", "--port", str(port)], cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=log
        )
        try:
            assert server.stdout and server.stdout.readline(), Path(folder, "log").read_text()
            yield port
        finally:
            server.terminate()
            server.communicate(timeout=30)
            log.close()


def main() -> int:
    """Print the table; exit code 1 when a goal is missed."""
    print(
        "| abuse | /health/live p50 / p99, ms | ordinary p95, ms | × quiet | failed | offenders |\n|---|---|---|---|---|---|"
    )
    missed = 0
    with served() as port:
        both(port)
        for names in [*([name] for name in WAYS), list(WAYS)]:
            row, good = measured(port, names)
            print(row, flush=True)
            missed += not good
    print(
        f"\ngoals: live p99 ≤ {LIVE_MS:.0f} ms, ordinary p95 ≤ {ORDINARY} × quiet, none failed: {missed} rows miss one"
    )
    return int(bool(missed))


if __name__ == "__main__":
    raise SystemExit(main())
