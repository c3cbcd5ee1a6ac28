"""Who uses a data folder."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from dihya_hookspecs import Invalid

SERVING = "serve.pid"


@contextmanager
def alone(data: Path) -> Iterator[None]:
    """Keep servers away from the folder around a block. Raises Invalid when a process uses it, and says which."""
    data.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle = os.open(data / SERVING, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            number = os.read(handle, 20).decode("ascii", "replace").strip() or "?"
            raise _in_use(data, f"a server runs here (process {number})") from None
        for pid in users(data):
            raise _in_use(data, f"process {pid} has files of it open ({_command(pid)})")
        yield
    finally:
        os.close(handle)


def users(data: Path) -> list[int]:
    """Return the other processes that have a file below the folder open, as far as the system tells (Linux)."""
    found = set()
    place = f"{data.resolve()}{os.sep}"
    for entry in Path("/proc").glob("[0-9]*/fd"):
        pid = int(entry.parent.name)
        if pid == os.getpid():
            continue
        with suppress(OSError):  # somebody else's process, or one that has just ended
            for link in entry.iterdir():
                with suppress(OSError):
                    if os.readlink(link).startswith(place):
                        found.add(pid)
                        break
    return sorted(found)


def _command(pid: int) -> str:
    with suppress(OSError):
        words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
        return os.path.basename(words[0].decode("utf-8", "replace")) or "unknown"
    return "it has just ended"


def _in_use(data: Path, why: str) -> Invalid:
    return Invalid(f"{str(data)!r} is in use: {why}; stop it, then restore", code="in-use", status=409)
