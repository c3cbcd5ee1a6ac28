"""The server of this data folder takes its workers anew when the plugins have changed."""

from __future__ import annotations

import fcntl
import os
import signal
from pathlib import Path

PID_FILE = "serve.pid"


def reload_server(data: Path) -> bool:
    """Ask the server of this data folder, if one runs, to start its workers anew; return True when there was one.

    A running server holds a lock on the file that names its process, so that a stale number hits nobody else.
    """
    try:
        with (data / PID_FILE).open("r+") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                os.kill(int(file.read()), signal.SIGHUP)
                return True
    except (OSError, ValueError):
        return False
    return False
