"""Runs a command that is not trusted: shut in by the kernel, limited, measured from inside, and nothing left behind."""

from __future__ import annotations

import json
import os
import secrets
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field, replace
from io import FileIO
from pathlib import Path
from typing import Any, BinaryIO

import psutil

from .pipe import WITNESS
from .view import View

LAUNCHER = Path(__file__).with_name("launch.py")
OPEN_FILES, PROCESSES, INODES = 1024, 512, 50_000
NO_CORE = 1
"""One byte: with a limit of 0 the kernel still hands the core of a crash to a program, where it is set up to do so."""
WITNESSED = 32 << 20
TICK = 0.1
NOT_RUN = 125
"""Exit code of the launcher when the command was not run, because it could not be isolated."""
ROOT, CANARY, SOCKET = ".root", ".outside", ".socket"
LONGEST_SOCKET = 100
NAMESPACES = ("mnt", "pid", "net", "ipc", "uts", "user")


@dataclass(frozen=True, slots=True)
class Limits:
    """What a command may use: wall-clock seconds, memory of all its processes, a file, its output, all that it writes.

    Seconds and memory are looked at every *look_every* seconds.
    """

    seconds: float = 180
    memory_mb: int = 1500
    file_mb: int = 256
    log_kb: int = 1024
    disk_mb: int = 512
    look_every: float = TICK

    def of_kernel(self) -> dict[str, int]:
        """Return the limits that the kernel keeps for each process, by their name in ``resource``."""
        return {
            "CPU": max(1, round(self.seconds * 2)),
            "FSIZE": self.file_mb << 20,
            "NOFILE": OPEN_FILES,
            "NPROC": PROCESSES,
            "CORE": NO_CORE,
            "DATA": self.memory_mb << 21,  # of one process, twice what all may hold: a bomb hits it before we look
        }


@dataclass(frozen=True, slots=True)
class Ending:
    """How a command ended.

    Attributes:
        code: exit code; negative or above 128 for a signal.
        stopped: why the sandbox ended it, empty when it ended by itself.
        peak_mb: the most memory that its processes held together, as seen ten times a second.
        facets: what was measured from inside before it ran: facet → what is not kept away, empty where all is.
        missing: why the kernel does not isolate at all, empty when it does.
        attempts: how often something wanted to leave the machine by the network, counted by the kernel; None when
            nobody could count, since the run was ended from outside or not isolated.
        witness: what the command wrote on its pipe.
    """

    code: int
    stopped: str
    seconds: float
    peak_mb: float
    facets: Mapping[str, str] = field(default_factory=dict)
    missing: str = ""
    attempts: int | None = None
    witness: str = ""

    @property
    def open(self) -> str:
        """What is not kept away, in one sentence; empty when the run was isolated."""
        if self.missing:
            return self.missing
        flaws = [f"{name}: it could {what}" for name, what in self.facets.items() if what]
        return "; ".join(flaws) if self.facets else "nothing could be measured"

    @property
    def isolated(self) -> bool:
        """True when every facet was measured and holds."""
        return not self.open


def run(
    command: Sequence[str],
    *,
    cwd: Path,
    env: Mapping[str, str],
    limits: Limits,
    log: Path,
    view: View | None = None,
    required: bool = True,
    handed: Sequence[int] = (),
    heard: Callable[[str], object] = lambda line: None,
) -> Ending:
    """Run *command* with only *env* around it, append what it says to *log*, and return how it ended.

    Args:
        command: first the absolute path of a program.
        cwd: an existing folder; the command gets a copy of it that it may change. Notes are made beside it.
        view: what else it may see; Python and the programs of the machine are always shown, read-only.
        required: True to run nothing at all where some facet of the isolation is missing.
        handed: numbers of open files that the command gets, such as a socket on which it listens; it finds them by number.
        heard: told each line that the command writes on its pipe, when it does, in another thread.
    """
    view = view or View()
    view = replace(view, copy=(*view.copy, str(cwd)))
    start = time.monotonic()
    with ExitStack() as stack:
        outside = stack.enter_context(_outside(cwd.parent, view, limits))
        said, says = stack.enter_context(_pipe())
        told, tells = stack.enter_context(_pipe())
        order = {
            "root": str(cwd.parent / ROOT), "folder": str(cwd), "required": required, "report": tells.fileno(), "outside": outside,
            "limits": limits.of_kernel(),
            "view": {
                "show": view.everything_shown(), "hide": view.hide, "own": view.own, "copy": view.copy,
                "disk_mb": limits.disk_mb, "inodes": INODES,
            },
        }  # fmt: skip
        process = subprocess.Popen(
            [sys.executable, "-I", "-S", str(LAUNCHER), *command],
            cwd="/", env={**env, WITNESS: str(says.fileno())}, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, start_new_session=True, pass_fds=(says.fileno(), tells.fileno(), *handed),
        )  # fmt: skip
        says.close()
        tells.close()
        assert process.stdin is not None and process.stdout is not None
        with suppress(BrokenPipeError), process.stdin:
            process.stdin.write(json.dumps(order).encode())
        witness = bytearray()
        readers = [
            threading.Thread(target=_keep, args=(process.stdout, log, limits.log_kb << 10), daemon=True),
            threading.Thread(target=_hear, args=(said.fileno(), witness, heard), daemon=True),
        ]
        for reader in readers:
            reader.start()
        try:
            stopped, peak = _watch(process, start, limits)
        finally:
            _kill(process)
            for reader in readers:
                reader.join(5)
            process.stdout.close()
        facts = _facts(told.fileno())
    seconds = time.monotonic() - start
    return Ending(process.wait(), stopped, seconds, peak, **facts, witness=witness.decode("utf-8", "replace"))


@contextmanager
def _pipe() -> Iterator[tuple[FileIO, FileIO]]:
    """Give the two ends of a pipe; whatever is still open at the end is closed.

    An end that was closed already is not closed again: its number may be somebody else's by then, of a socket or of the
    database, in another thread.
    """
    read, write = os.pipe()
    with FileIO(read, "rb") as said, FileIO(write, "wb") as says:
        yield said, says


@contextmanager
def _outside(beside: Path, view: View, limits: Limits) -> Iterator[dict[str, Any]]:
    """Put things outside that must not be reached from inside: a file, places to write to, sockets that listen."""
    (beside / ROOT).mkdir(exist_ok=True)
    canary = beside / CANARY
    canary.write_text("outside", encoding="ascii")
    canary.chmod(0o644)
    with ExitStack() as stack:
        sockets = [("tcp", stack.enter_context(socket.create_server(("127.0.0.1", 0))).getsockname())]
        for address in (str(beside / SOCKET), f"\0dihya-probe-{secrets.token_hex(8)}"):
            if len(address) > LONGEST_SOCKET:
                continue  # no name for a socket; the other one tells
            with suppress(FileNotFoundError):
                os.unlink(address) if address.startswith("/") else None
            one = stack.enter_context(socket.socket(socket.AF_UNIX))
            one.bind(address)
            one.listen(8)
            sockets.append(("unix", address))
        yield {
            "files": [str(canary), *view.to_be_refused()],
            "places": ["/", "/usr", "/etc", "/dev", str(beside), *view.show, *sys.path],
            "namespaces": {kind: os.readlink(path) for kind in NAMESPACES if os.path.lexists(path := f"/proc/self/ns/{kind}")},
            "sockets": sockets, "limits": limits.of_kernel(), "disk_mb": limits.disk_mb,
        }  # fmt: skip


def _facts(told: int) -> dict[str, Any]:
    """Return what the launcher reported; the command does not have this pipe."""
    os.set_blocking(told, False)
    facts: dict[str, Any] = {}
    with suppress(BlockingIOError), open(told, "rb", closefd=False) as file:
        for line in (file.read() or b"").splitlines():
            facts |= json.loads(line)
    return facts


def _hear(end: int, kept: bytearray, heard: Callable[[str], object]) -> None:
    """Keep what the command says on its pipe, up to a limit, and tell each line; read on to the end, so that it never blocks."""
    told = 0
    with suppress(OSError):
        while block := os.read(end, 65_536):
            if len(kept) < WITNESSED:
                kept += block
            while (ends := kept.find(b"\n", told)) >= 0:
                line, told = kept[told:ends].decode("utf-8", "replace"), ends + 1
                heard(line)


def _watch(process: subprocess.Popen[bytes], start: float, limits: Limits) -> tuple[str, float]:
    """Wait for the end, or for a limit; return which one, and the peak of memory in megabytes."""
    peak = 0.0
    while True:
        with suppress(subprocess.TimeoutExpired):
            process.wait(limits.look_every)
            return "", peak
        peak = max(peak, _memory(process.pid))
        if peak > limits.memory_mb:
            return f"it used more than {limits.memory_mb} MB of memory", peak
        if time.monotonic() - start > limits.seconds:
            return f"it took longer than {limits.seconds:g} seconds", peak


def _tree(pid: int) -> list[psutil.Process]:
    try:
        root = psutil.Process(pid)
        return [root, *root.children(recursive=True)]
    except psutil.Error:
        return []


def _memory(pid: int) -> float:
    total = 0
    for process in _tree(pid):
        with suppress(psutil.Error):
            total += process.memory_info().rss
    return total / (1 << 20)


def _kill(process: subprocess.Popen[bytes]) -> None:
    """End the command and everything that it started, including what left its process group."""
    for one in _tree(process.pid):
        with suppress(psutil.Error):
            one.kill()
    process.wait()


def _keep(stream: BinaryIO, log: Path, limit: int) -> None:
    """Copy *stream* to *log* up to *limit* bytes; read on to the end, so that the command never blocks on its output."""
    kept = 0
    with log.open("ab") as file, suppress(ValueError, OSError):
        while block := stream.read1(65_536):  # type: ignore[attr-defined]
            if kept < limit:
                file.write(block[: limit - kept])
                file.flush()
                if kept + len(block) > limit:
                    file.write(f"\n… the log ends here: the limit is {limit >> 10} kB\n".encode())
            kept += len(block)
