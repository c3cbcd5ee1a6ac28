"""A whole installation: an environment of its own, a folder, a server; ``conftest`` gives it to tests."""

from __future__ import annotations

import json
import os
import re
import signal
import site
import socket
import subprocess
import sys
import venv
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

MAIN = "from dihya_core.cli.main import main; main()"
SEVERAL = """
import json, sys
from dihya_core.cli.main import main
for command in json.loads(sys.argv[1]):
    try:
        main(command)
    except SystemExit as end:
        if end.code:
            sys.exit(f"{command} ended with {end.code}")
"""


class Installation:
    """What a user has after ``make serve``: an environment in which plugins can be installed, and a data folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.environment = folder / "venv"
        venv.EnvBuilder(with_pip=False, symlinks=True).create(self.environment)
        self.python = self.environment / "bin" / "python"
        for tool in ("uv", "uv-build"):
            (self.environment / "bin" / tool).symlink_to(Path(sys.executable).with_name(tool))
        version = f"python{sys.version_info.major}.{sys.version_info.minor}"
        packages = self.environment / "lib" / version / "site-packages"
        around = "".join(f"import site; site.addsitedir({path!r})\n" for path in site.getsitepackages())
        (packages / "around.pth").write_text(around)
        (folder / "dihya.toml").write_text('[dihya]\ndata = "instance"\n')
        self.data = folder / "instance"
        self.password = ""

    @property
    def variables(self) -> dict[str, str]:
        """The environment variables of a user, where the model lies, and how many threads it has."""
        kept = {key: value for key, value in os.environ.items() if not key.startswith(("DIHYA_", "PYTEST"))}
        cache = os.environ.get("DIHYA_MODELS_CACHE")
        own = {
            "LANG": "C.UTF-8",
            "PYTHONUNBUFFERED": "1",
            "DIHYA_MODELS_THREADS": "1",
            "DIHYA_SERVICES_FURTHER_CHECKS": "false",  # minutes each time; plugins/services/tests/test_journey.py has them
        }  # the cores are shared with other tests
        return {**kept, **own, **({"DIHYA_MODELS_CACHE": cache} if cache else {})}

    def run(
        self, *arguments: str, input: bytes | None = None, offline: bool = False, code: int | None = 0
    ) -> subprocess.CompletedProcess[bytes]:
        """Run a ``dihya`` command; fail unless it ends with *code* (None for any)."""
        prefix = ["unshare", "-rn"] if offline else []
        command = [*prefix, str(self.python), "-c", MAIN, *arguments]
        done = subprocess.run(
            command, cwd=self.folder, env=self.variables, input=input, capture_output=True, timeout=300, check=False
        )
        if code is not None:
            said = f"{done.stdout.decode(errors='replace')[-3000:]}\n{done.stderr.decode(errors='replace')[-3000:]}"
            assert done.returncode == code, f"dihya {' '.join(arguments)} ended with {done.returncode}\n{said}"
        return done

    def ask(self, *commands: tuple[str, ...]) -> bytes:
        """Return what ``dihya`` commands print that only look: one process runs them all. Fail unless all end well."""
        command = [str(self.python), "-c", SEVERAL, json.dumps(commands)]
        done = subprocess.run(
            command, cwd=self.folder, env=self.variables, capture_output=True, timeout=300, check=False
        )
        assert done.returncode == 0, f"{done.stdout.decode()[-3000:]}\n{done.stderr.decode()[-3000:]}"
        return done.stdout

    def setup(self) -> None:
        """Run ``dihya setup`` and keep the one-time password that it prints."""
        said = self.run("setup").stdout.decode()
        if found := re.search(r"one-time password (\S+?);", said):
            self.password = found[1]

    def generate(self, idea: str, *options: str, offline: bool = False, code: int | None = 0) -> dict[str, Any]:
        """Run ``dihya generate --json`` and return its object."""
        done = self.run("generate", "--idea", idea, "--json", "--yes", *options, offline=offline, code=code)
        return json.loads(done.stdout) if done.stdout.strip() else {}

    def start(self) -> Server:
        """Start the server on a free port and wait until it answers."""
        return Server(self)

    @contextmanager
    def serving(self) -> Iterator[Server]:
        """Serve around a block."""
        server = self.start()
        try:
            yield server
        finally:
            server.stop()


class Server:
    """A running ``dihya serve``."""

    def __init__(self, installation: Installation, port: int = 0) -> None:
        self.port = port or free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = installation.folder / f"serve-{self.port}.log"
        command = [str(installation.python), "-c", MAIN, "serve", "--port", str(self.port)]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                command,
                cwd=installation.folder,
                env=installation.variables,
                stdout=subprocess.PIPE,
                stderr=log,
                start_new_session=True,
            )
        assert self.process.stdout is not None
        line = b"".join(self.process.stdout.readline() for _ in range(3)).decode()  # in a frame
        assert self.url in line, f"the server did not start: {line}\n{self.log.read_text()[-3000:]}"

    def kill(self) -> None:
        """Kill server and workers, as a power cut would."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(10)
        self._forget()

    def stop(self) -> None:
        """Stop it in an orderly way."""
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(30)
            except subprocess.TimeoutExpired:
                self.kill()
                raise
        self._forget()

    def _forget(self) -> None:
        if self.process.stdout:
            self.process.stdout.close()


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
