"""Turn the process of the command into the server: what it is told, and how it starts."""

from __future__ import annotations

import fcntl
import json
import os
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from .settings import Settings


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything that the server process needs to know."""

    host: str
    address: str
    port: int
    workers: int
    threads: int
    backpressure: int
    header_seconds: int
    shutdown_seconds: int

    @classmethod
    def of(cls, settings: Settings, address: str) -> Plan:
        """Return the plan for these settings and the numeric *address* of their host."""
        return cls(
            host=settings.host,
            address=address,
            port=settings.port,
            workers=settings.workers,
            threads=settings.threads,
            backpressure=settings.backpressure,
            header_seconds=settings.header_seconds,
            shutdown_seconds=settings.shutdown_seconds,
        )


def environment(options: Mapping[str, Any]) -> dict[str, str]:
    """Return the variables that make the server read the same configuration as the command.

    Args:
        options: of the ``dihya`` command itself: ``config`` and ``overrides`` (``section.key=value``).
    """
    variables = {}
    if config := options.get("config"):
        variables["DIHYA_CONFIG"] = os.path.abspath(config)
    for override in options.get("overrides") or ():
        name, _, value = override.partition("=")
        variables[f"DIHYA_{name.strip().replace('.', '_').upper()}"] = value
    return variables


def hold(data: Path) -> int:
    """Write the process id to ``serve.pid`` and lock the file for as long as this process lives, across the exec.

    Whoever wants the workers to be started anew (``dihya plugins install``) finds the process there; without the lock
    the number could be anybody's. Returns the descriptor, which the server inherits.
    """
    data.mkdir(parents=True, exist_ok=True)
    handle = os.open(data / "serve.pid", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return handle  # a second server on this folder, on another port: the first one keeps the file
    os.truncate(handle, 0)
    os.write(handle, str(os.getpid()).encode())
    os.set_inheritable(handle, True)
    return handle


def launch(plan: Plan, variables: Mapping[str, str]) -> None:
    """Replace this process by the server; it keeps the process id, so that signals arrive."""
    sys.stdout.flush()
    sys.stderr.flush()
    command = [sys.executable, "-m", "dihya_wsgi.server", json.dumps(asdict(plan))]
    os.execve(sys.executable, command, {**os.environ, **variables})  # noqa: S606 - no shell is wanted
