"""What others notice while somebody abuses the door: each way alone, then all at once; quiet and loaded in turns.

The server has the first processors of the machine to itself, the attackers and who measures share the last one, the attackers at
the lowest priority: the figures show the server, and not who gets a processor. ``python -m tests.bench.door WORD`` measures
the rows with that word in their name.
"""

from __future__ import annotations

import http.client
import json
import os
import resource
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from statistics import median, quantiles
from time import monotonic, perf_counter

from .offenders import dialled, flooded, get, held, posted

ROUNDS, SECONDS = 2, 4.0
LIVE_MS, ORDINARY = 100.0, 1.5
HEADER, BODY, WRITE = 3, 4, 4
ORDINARY_PATH = "/securite/sign-in"
PLUGIN = """
from dihya_hookspecs import hookimpl

@hookimpl
def register_routes():
    from dihya_hookspecs.acts import Acts, get
    from dihya_hookspecs.channels import Topic
    from dihya_hookspecs.web import Streams, public
    from flask import Blueprint, Response, request
    from sqlalchemy import text
    ticker = Blueprint("ticker", __name__)
    topic = Topic("ticker.tick", "ticker:follow")

    @ticker.get("/stream")
    @public("a stream for the benchmark")
    def stream():
        acts = get(Acts)
        def look():
            with acts.open("ticker.look") as act:
                act.session.execute(text("SELECT 1"))
            return [], False
        return get(Streams).open(look, topic=None if "asks" in request.args else topic)

    @ticker.get("/large")
    @public("a large answer for the benchmark")
    def large():
        return Response((b"x" * 65536 for _ in range(1600)), mimetype="application/octet-stream")

    return ticker

@hookimpl
def register_permissions():
    from dihya_hookspecs.access import Permission
    from dihya_hookspecs.i18n import Text
    return Permission("ticker:follow", Text("Follow", "Suivre"), ("guest",))
"""
FORM, JSON, TOKENS = "application/x-www-form-urlencoded", "application/json", "/api/v1/securite/tokens"
WRONG = json.dumps({"email": "nobody@example.org", "password": "not a password at all"}).encode()


def fourth_stream(port: int) -> str:
    """Return the status of the stream that one person opens beyond the three that one may have."""
    with ExitStack() as stack:
        mine = [stack.enter_context(dialled(port, get("/ticker/stream"), source="127.250.0.2")) for _ in range(4)]
        return " ".join(sorted(client.recv(12).decode()[-3:] for client in mine))


IDLE = "1,000 idle streams"
WAYS: dict[str, Callable[[int], object]] = {
    "500 silent connections": lambda port: held(port, 500, b"", HEADER),
    "64 half bodies": lambda port: held(port, 64, posted(TOKENS, JSON, b"{", 100_000), BODY),
    "64 slow readers": lambda port: held(port, 64, get("/ticker/large"), WRITE, 4096, served=True),
    "200 open streams that ask": lambda port: held(port, 200, get("/ticker/stream?asks"), None, served=True),
    IDLE: lambda port: held(port, 1000, get("/ticker/stream"), None, served=True),
    "sign-in flood, one address": lambda port: flooded(port, 40, posted(TOKENS, JSON, WRONG), "127.9.9.9"),
    "sign-in flood, as many addresses as requests": lambda port: flooded(port, 8, posted(TOKENS, JSON, WRONG)),
    "forms of 9 MB": lambda port: flooded(port, 4, posted("/securite/sign-in", FORM, b"a=&" * 3_000_000)),
    "deep and long JSON": lambda port: flooded(port, 4, posted(TOKENS, JSON, b'{"a":' + b"[" * 7000)),
}


ISSUE = ["500 silent connections", "64 half bodies", "64 slow readers", IDLE]
TOGETHER = {
    "500 silent, 64 half bodies, 64 slow readers, 1,000 idle streams": ISSUE,
    "all at once, without the idle streams": [name for name in WAYS if name != IDLE],
    "all at once": list(WAYS),
}


def wanted(words: Sequence[str]) -> list[list[str]]:
    """Return the rows, each as the ways that go on together; with words those whose name has one of them."""
    rows = {**{name: [name] for name in WAYS}, **TOGETHER}
    return [parts for name, parts in rows.items() if not words or any(word in name for word in words)]


def apart() -> set[int]:
    """Keep this process, and the attackers, to the last processor; return the others, for the server."""
    if not hasattr(os, "sched_setaffinity"):
        return set()
    *server, own = sorted(os.sched_getaffinity(0))
    if server:
        os.sched_setaffinity(0, {own})
    return set(server)


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


def first() -> None:
    """Give this thread its processor whenever it wants it, where the system lets us: attackers have the same one."""
    if hasattr(os, "sched_setscheduler"):
        with suppress(PermissionError):
            os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1))


def both(port: int) -> tuple[list[float], list[float], int]:
    """Sample the live address, a new connection each, and an ordinary page at the same time."""
    found: dict[str, tuple[list[float], int]] = {}

    def sample(path: str, keep: bool) -> None:
        first()
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
            limit = fourth_stream(port) if IDLE in names else ""
            said = "; ".join(end() for end in ends)  # type: ignore[operator]
            if limit:
                said += f"; four streams of one person: {limit}"
                bad += limit != "200 200 200 429"
    p99, before, after = quantiles(live, n=100)[98], quantiles(quiet, n=20)[18], quantiles(loaded, n=20)[18]
    name = names[0] if len(names) == 1 else next((name for name, parts in TOGETHER.items() if parts == names), "")
    row = f"| {name} | {median(live):.1f} / {p99:.0f} | {before:.0f} → {after:.0f} | {after / before:.2f} | {bad} | {said} |"
    return row, p99 <= LIVE_MS and after <= ORDINARY * before and not bad and "NOT" not in said


@contextmanager
def served(processors: set[int]) -> Iterator[int]:
    """Serve an installation of its own on these processors (none: any); gives the port."""
    with tempfile.TemporaryDirectory() as folder:
        package, info = Path(folder, "p", "dihya_ticker"), Path(folder, "p", "dihya_ticker-0.1.dist-info")
        package.mkdir(parents=True)
        info.mkdir()
        (package / "__init__.py").write_text(PLUGIN)
        (info / "METADATA").write_text(
            "Metadata-Version: 2.1\nName: dihya-ticker\nVersion: 0.1\nRequires-Dist: dihya-hookspecs<3,>=2\n"
        )
        (info / "entry_points.txt").write_text("[dihya.plugins]\nticker = dihya_ticker\n")
        streams = "streams = 1500\n"
        times = f"{streams}header_seconds = {HEADER}\nbody_seconds = {BODY}\nwrite_seconds = {WRITE}\n"
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
            [dihya, "serve", "--port", str(port)], cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=log,
            preexec_fn=(lambda: os.sched_setaffinity(0, processors)) if processors else None,
        )  # fmt: skip
        try:
            assert server.stdout and server.stdout.readline(), Path(folder, "log").read_text()
            yield port
        finally:
            server.terminate()
            server.communicate(timeout=30)
            log.close()


def main(words: Sequence[str] = ()) -> int:
    """Print the table, or the rows with one of these words in their name; exit code 1 when a goal is missed."""
    print(
        "| abuse | /health/live p50 / p99, ms | ordinary p95, ms | × quiet | failed | offenders |\n|---|---|---|---|---|---|"
    )
    missed, soft = 0, resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(8192, soft[1]), soft[1]))
    with served(apart()) as port:
        both(port)
        for names in wanted(words):
            row, good = measured(port, names)
            print(row, flush=True)
            missed += not good
    print(
        f"\ngoals: live p99 ≤ {LIVE_MS:.0f} ms, ordinary p95 ≤ {ORDINARY} × quiet, none failed: {missed} rows miss one"
    )
    return int(bool(missed))


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
