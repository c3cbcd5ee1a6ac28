"""Turn the process of the command into the server: what it is told, and how it starts."""

from __future__ import annotations

import fcntl
import json
import os
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from .settings import Settings


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything that the server's processes need to know; see the settings of the same names."""

    host: str
    address: str
    port: int
    workers: int
    threads: int
    waiting: int
    connections: int
    connections_per_address: int
    unlimited_addresses: list[str]
    header_seconds: float
    header_bytes: int
    body_seconds: float
    body_rate: int
    buffered_bytes: int
    keep_alive_seconds: float
    write_rate: int
    write_seconds: float
    answer_seconds: float
    stream_seconds: float
    streams: int
    shutdown_seconds: int

    @classmethod
    def of(cls, settings: Settings, address: str) -> Plan:
        """Return the plan for these settings and the numeric *address* of their host."""
        names = {each.name for each in fields(cls)} - {"address"}
        return cls(address=address, **settings.model_dump(include=names))


def environment(options: Mapping[str, Any], threads: int) -> dict[str, str]:
    """Return the variables that make the server read the same configuration as the command.

    Args:
        options: of the ``dihya`` command itself: ``config`` and ``overrides`` (``section.key=value``).
        threads: of one worker; others size their pools by it.
    """
    variables = {"DIHYA_WSGI_THREADS": str(threads)}
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
    data.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle = os.open(data / "serve.pid", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        first = os.read(handle, 20).decode("ascii", "replace").strip()
        print(  # noqa: T201
            f"warning: another server (process {first}) works in {str(data)!r}; plugins that are installed or removed "
            "are taken up by that one only, so restart this one yourself",
            file=sys.stderr,
        )
        return handle
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
