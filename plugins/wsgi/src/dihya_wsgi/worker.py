"""A worker process: loads the application, then answers in its loop until it is told to end."""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import importlib
import json
import os
import resource
import signal
import socket
import sys
from collections.abc import Callable
from typing import Any

from dihya_hookspecs import DihyaError

from .connection import Connection
from .door import Door
from .launch import Plan

TARGET = "dihya_core.wsgi:app"
SPARE_FILES = 256
SHIFT = 0.001
"""Seconds after which a thread that computes lets another one go on. The loop takes each request and each answer, and waits so long
for its turn while a view computes; by itself Python would let it wait five times as long."""
_PR_SET_PDEATHSIG = 1
_known: dict[str, Any] = {}


def main() -> int:
    """Answer according to the plan on the command line; return the exit code.

    The other arguments: descriptors of the socket, of the pipe that says "ready" and of the one that ends with the
    server process, and the number of that process.
    """
    plan = Plan(**json.loads(sys.argv[1]))
    listener, ready, life, parent = map(int, sys.argv[2:])
    follow(parent)
    sys.setswitchinterval(SHIFT)
    app = load(TARGET)
    _new_runner().run(serve(plan, app, listener, ready, life))
    return 0


def load(target: str) -> Callable[..., Any]:
    """Load the application; what Dihya can explain is one line, not a traceback."""
    try:
        module, _, name = target.partition(":")
        return getattr(importlib.import_module(module), name)  # type: ignore[no-any-return]
    except DihyaError as error:
        print(f"error: {error.message}", file=sys.stderr)  # noqa: T201
        sys.exit(1)


def follow(parent: int) -> None:
    """Let this process die with the server process, whatever it does at that moment; Ctrl-C is the server's to tell."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)


def learn_limits() -> None:
    """Remember what each route takes, as the middleware says it; called within the application's start."""
    from dihya_hookspecs.acts import get
    from dihya_hookspecs.web import BodyLimits

    with contextlib.suppress(DihyaError):  # without the middleware one small limit holds for all
        _known["limits"] = get(BodyLimits)


async def serve(plan: Plan, app: Callable[..., Any], listener: int, ready: int, life: int) -> None:
    """Answer until SIGTERM, or until the server process is gone."""
    loop = asyncio.get_running_loop()
    ended = asyncio.Event()
    loop.add_signal_handler(signal.SIGTERM, ended.set)
    loop.add_reader(life, os._exit, 1)
    plan_ = _within_files(plan)
    door = Door(plan_, app, loop, _known.get("limits"))
    sock = socket.socket(fileno=listener)
    server = await loop.create_server(lambda: Connection(door), sock=sock, backlog=1024)
    door.tick()
    os.write(ready, b"1")
    os.close(ready)
    await ended.wait()
    server.close()
    await door.close(plan.shutdown_seconds)


def _within_files(plan: Plan) -> Plan:
    """Return the plan with no more connections than this process may open files."""
    from dataclasses import replace

    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = plan.connections + SPARE_FILES
    soft = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, resource.getrlimit(resource.RLIMIT_NOFILE)[0]), hard))
    allowed = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    return replace(plan, connections=max(8, min(plan.connections, allowed - SPARE_FILES)))


def _new_runner() -> asyncio.Runner:
    try:
        import uvloop
    except ImportError:  # not on Windows
        return asyncio.Runner()
    return asyncio.Runner(loop_factory=uvloop.new_event_loop)


if __name__ == "__main__":
    sys.exit(main())
