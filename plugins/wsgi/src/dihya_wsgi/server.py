"""The server process: Granian in front of ``dihya_core.wsgi:app``, and one line once it answers."""

from __future__ import annotations

import ctypes
import http.client
import importlib
import json
import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from dihya_hookspecs import DihyaError
from granian import Granian
from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels

from . import address
from .launch import Plan

_PR_SET_PDEATHSIG = 1
TARGET = "dihya_core.wsgi:app"
_LOG = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "%(levelname)s: %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "plain", "stream": "ext://sys.stderr"}},
    "loggers": {"_granian": {"handlers": ["stderr"], "level": "ERROR", "propagate": False}},
}


def main() -> int:
    """Serve according to the plan on the command line; return the exit code."""
    plan = Plan(**json.loads(sys.argv[1]))
    server = build(plan)
    where = address.url(plan.address, plan.port)
    threading.Thread(target=announce, args=(server, where), name="announce", daemon=True).start()
    try:
        server.serve(target_loader=load)
    except OSError as error:
        print(f"error: {address.taken(error, plan.host, plan.port)}", file=sys.stderr)  # noqa: T201
        return 1
    return 0


def build(plan: Plan) -> Any:
    """Return the Granian server for *plan*."""
    return Granian(
        TARGET,
        address=plan.address,
        port=plan.port,
        interface=Interfaces.WSGI,
        workers=plan.workers,
        blocking_threads=plan.threads,
        backpressure=plan.backpressure,
        http=HTTPModes.auto,
        http1_settings=HTTP1Settings(header_read_timeout=plan.header_seconds * 1000),
        websockets=False,
        log_level=LogLevels.error,
        log_dictconfig=_LOG,
        log_access=False,
        workers_kill_timeout=plan.shutdown_seconds,
        respawn_interval=0.5,
    )


def load(target: str) -> Callable[..., Any]:
    """Load the application in a worker; what Dihya can explain is one line, not a traceback."""
    follow_parent()
    try:
        module, _, name = target.partition(":")
        return getattr(importlib.import_module(module), name)  # type: ignore[no-any-return]
    except DihyaError as error:
        print(f"error: {error.message}", file=sys.stderr)  # noqa: T201
        sys.exit(1)


def follow_parent() -> None:
    """Let this worker end when it is told to while it loads, and when the server process is killed.

    The forked worker inherits the server's signal handlers, which would swallow a signal until Granian sets its own.
    Nobody may go on holding the port once the server is gone, so the kernel is asked to say when that happens.
    """
    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, signal.SIG_DFL)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
        parent = multiprocessing.parent_process()
        if parent is not None and os.getppid() != parent.pid:
            sys.exit(1)


def announce(server: Any, where: str) -> None:
    """Say where Dihya is as soon as it answers, and from then on replace workers that die.

    Before that a dying worker ends the server: what cannot start once will not start the second time.
    """
    pause = threading.Event()
    # Workers are forked: as long as that goes on, this thread must hold no lock that a child would inherit locked.
    while len(server.wrks) < server.workers:
        pause.wait(0.05)
    while not lives(where):
        pause.wait(0.05)
    server.respawn_failed_workers = True
    print(f"Dihya is at {where}", flush=True)  # noqa: T201


def lives(where: str) -> bool:
    """Tell whether a worker answers below this address."""
    parts = urlsplit(where)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=30)
    try:
        connection.request("GET", "/health/live")
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


if __name__ == "__main__":
    sys.exit(main())
