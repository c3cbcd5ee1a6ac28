"""How long a newcomer waits: ``make serve`` in a fresh copy, until it says where it is; each step with its seconds.

Packages come from pip's and uv's own caches, as far as those have them; the embedded model is fetched, and reads the templates
for the first time.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import tempfile
from pathlib import Path
from time import monotonic

ROOT = Path(__file__).parents[2]
STEP = re.compile(r"^\[\d+/\d+\] (?P<name>[^…]+) … ")
TOOK = re.compile(r"\((?P<seconds>[\d.]+) s\)\s*$")
LONGEST = 180
"""Seconds that the first steps promise at most."""


def copied(folder: Path) -> None:
    """Copy what git knows of the working tree into *folder*."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for name in filter(None, listed.split("\0")):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, folder / name)


def started(folder: Path) -> tuple[float, list[tuple[str, float]]]:
    """Serve the copy in *folder*, end it, and return the seconds that it took, with those of each step."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("DIHYA_", "VIRTUAL_ENV"))}
    environment["DIHYA_MODELS_CACHE"] = str(folder / "models")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    began, name, steps, said = monotonic(), "", [], ""
    server = subprocess.Popen(
        ["make", "serve", f"PORT={port}"], cwd=folder, env=environment, text=True, start_new_session=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    try:
        for line in server.stdout or ():
            said += line
            name = found["name"] if (found := STEP.match(line)) else name
            if name and (found := TOOK.search(line)):
                steps.append((name, float(found["seconds"])))
                name = ""
            if "Dihya is at" in line:
                return monotonic() - began, steps
        raise RuntimeError(f"make serve ended before it said where it is: {said[-1000:]}")
    finally:
        os.killpg(server.pid, signal.SIGINT)
        server.communicate(timeout=60)


def main() -> int:
    """Print the table; exit code 1 when it took longer than the first steps promise."""
    with tempfile.TemporaryDirectory(prefix="dihya-first-") as folder:
        copied(Path(folder))
        whole, steps = started(Path(folder))
    print("| step | seconds |\n|---|---|")
    for name, seconds in steps:
        print(f"| {name} | {seconds:.1f} |")
    print(f"| **until it answers** | {whole:.0f} |\n\ngoal: at most {LONGEST} s")
    return int(whole > LONGEST)


if __name__ == "__main__":
    raise SystemExit(main())
