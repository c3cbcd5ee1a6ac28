"""Runs a command that is not trusted: no network, limited time, memory, files and output, and nothing left behind."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import psutil

LAUNCHER = Path(__file__).with_name("launch.py")
OPEN_FILES = 1024
TICK = 0.1


@dataclass(frozen=True, slots=True)
class Limits:
    """What a command may use: wall-clock seconds, memory of all its processes, size of a file, size of its output."""

    seconds: float = 180
    memory_mb: int = 1500
    file_mb: int = 256
    log_kb: int = 1024


@dataclass(frozen=True, slots=True)
class Ending:
    """How a command ended.

    Attributes:
        code: exit code; negative or above 128 for a signal.
        stopped: why the sandbox ended it, empty when it ended by itself.
        peak_mb: the most memory that its processes held together, as seen ten times a second.
        isolated: True when the kernel took the network away, False when only the guard inside of Python did.
    """

    code: int
    stopped: str
    seconds: float
    peak_mb: float
    isolated: bool


def run(command: Sequence[str], *, cwd: Path, env: Mapping[str, str], limits: Limits, log: Path) -> Ending:
    """Run *command* with only *env* around it, append what it says to *log*, and return how it ended.

    Args:
        command: first the absolute path of a program.
        cwd: an existing folder that the command may fill; a file ``.isolation`` is written beside it.
    """
    report = cwd.parent / ".isolation"
    given = {
        "cpu": max(1, round(limits.seconds * 2)),
        "file": limits.file_mb << 20,
        "files": OPEN_FILES,
        "report": str(report),
    }
    start = time.monotonic()
    process = subprocess.Popen(
        [sys.executable, "-I", "-S", str(LAUNCHER), json.dumps(given), *command],
        cwd=cwd, env=dict(env), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        start_new_session=True,
    )  # fmt: skip
    assert process.stdout is not None
    reader = threading.Thread(target=_keep, args=(process.stdout, log, limits.log_kb << 10), daemon=True)
    reader.start()
    try:
        stopped, peak = _watch(process, start, limits)
    finally:
        _kill(process)
        reader.join(5)
        process.stdout.close()
    isolated = report.is_file() and report.read_text() == "isolated"
    return Ending(process.wait(), stopped, time.monotonic() - start, peak, isolated)


def _watch(process: subprocess.Popen[bytes], start: float, limits: Limits) -> tuple[str, float]:
    """Wait for the end, or for a limit; return which one, and the peak of memory in megabytes."""
    peak = 0.0
    while True:
        with suppress(subprocess.TimeoutExpired):
            process.wait(TICK)
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
