"""A process in which an application with the plugin runs already: each check that it is asked runs in a copy of it.

Starting an application costs more than most checks do. What a check wrote, switched off or used up ends with its copy; what it
changed on the disk is put back before the next one.
"""

from __future__ import annotations

import gc
import os
import shutil
import signal
import socket
import tempfile
import traceback
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import NoReturn

from .model import Check
from .registry import checks
from .subject import Plugin

LONGEST = 200
"""Bytes of a check's name."""
Answer = Callable[[Check, Plugin, int], NoReturn]


class Host:
    """Asks checks one after the other; the process starts its application before the first one.

    Attributes:
        alive: False once it was ended, or ended by itself.

    Args:
        answer: asks a check and writes the outcome to a file descriptor; ends its process.
        closed: a file descriptor that no check may have.
    """

    def __init__(self, plugin: Plugin, answer: Answer, closed: int) -> None:
        self._jobs, theirs = socket.socketpair()
        self.alive = True
        self.pid = os.fork()
        if self.pid == 0:
            with suppress(OSError):
                os.close(closed)
            self._jobs.close()
            _serve(plugin, answer, theirs)
        theirs.close()

    def ask(self, check: Check, end: int) -> None:
        """Begin a check, which says its outcome on the pipe *end*."""
        socket.send_fds(self._jobs, [check.name.encode()], [end])

    def ended(self) -> int:
        """Wait for the end of the check, whose pipe is closed, and return the exit code of its process."""
        said = self._jobs.recv(8)
        if not said:
            self.end()
        return int(said) if said else -signal.SIGKILL

    def end(self) -> None:
        """End the process, and the check that it may be asking."""
        self.alive = False
        for kill in (os.killpg, os.kill):
            with suppress(ProcessLookupError):
                kill(self.pid, signal.SIGKILL)
        with suppress(ChildProcessError):
            os.waitpid(self.pid, 0)
        self._jobs.close()


def _serve(plugin: Plugin, answer: Answer, jobs: socket.socket) -> NoReturn:
    """Start the application, then ask what comes, each in a copy of this process that finds the disk as it was."""
    try:
        os.setsid()
        place = Path(tempfile.mkdtemp(prefix="host-"))
        kept, data = place / "kept", place / "data"
        with plugin.hosting(data):
            shutil.copytree(data, kept)
            gc.collect()
            gc.freeze()
            while True:
                name, ends, _flags, _address = socket.recv_fds(jobs, LONGEST, 1)
                if not ends:
                    break
                if (pid := os.fork()) == 0:
                    answer(checks()[name.decode()], plugin, ends[0])
                os.close(ends[0])
                code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
                shutil.rmtree(data)
                shutil.copytree(kept, data)
                jobs.send(str(code).encode())
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(1)
