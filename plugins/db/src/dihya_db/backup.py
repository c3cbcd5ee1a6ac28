"""The database in a backup: a snapshot taken while it is used, and the way back beside what is there."""

from __future__ import annotations

import json
import os
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path

from dihya_hookspecs import DihyaError, Invalid
from dihya_hookspecs.acts import get
from dihya_hookspecs.app import AppInfo
from dihya_hookspecs.backup import BackupPart, Staging, Swap
from dihya_hookspecs.data import Database
from sqlalchemy import Engine, text

from . import postgres, sqlite
from .engine import build, resolve
from .inspection import flaws, tables
from .service import close
from .settings import Settings

ABOUT, FILE, SCRIPT = "about.json", "database.sqlite", "database.sql"


def save(folder: Path) -> None:
    """Write the database as it is at this moment; writers are not held up."""
    engine = get(Database).engine
    about = {"engine": engine.dialect.name}
    if engine.dialect.name == "sqlite":
        _copy(engine, folder / FILE)
    else:
        about["schema"] = postgres.schema_of(engine)
        postgres.dump(engine, about["schema"], folder / SCRIPT)
    (folder / ABOUT).write_text(json.dumps(about))


def restore(folder: Path, staging: Staging) -> None:
    """Put the database back beside the one that is there; what was SQLite may become PostgreSQL.

    Raises:
        Invalid: what was PostgreSQL is to become SQLite, or the database here is used or not empty.
    """
    about = json.loads((folder / ABOUT).read_text())
    url = resolve(get(Settings).url.get_secret_value(), get(AppInfo).data)
    ours, theirs = url.get_backend_name(), about["engine"]
    if ours == theirs == "sqlite":
        _stage_file(folder / FILE, sqlite.path_of(url), staging)
    elif theirs == "sqlite":
        from .moving import load  # with the driver, for this way only: every start reads which parts there are

        _stage_schema(lambda engine, schema: load(engine, folder / FILE, schema, staging.without), staging)
    elif ours == theirs:
        _stage_schema(lambda engine, schema: postgres.load(engine, folder / SCRIPT, about["schema"], schema), staging)
    else:
        raise Invalid(
            "the backup holds a PostgreSQL database, but db.url names SQLite; set db.url to a PostgreSQL database, then "
            "restore",
            code="other-engine",
            status=409,
        )


def check() -> str:
    """Say how much the restored database holds; raise when it is damaged."""
    engine = get(Database).engine
    if found := flaws(engine):
        raise DihyaError(f"the database is damaged: {found[0]}", code="damaged")
    names, rows = tables(engine), 0
    with engine.connect() as connection:
        for name in names:
            quoted = engine.dialect.identifier_preparer.quote(name)
            rows += connection.scalar(text(f"SELECT count(*) FROM {quoted}")) or 0  # noqa: S608 - quoted
    return f"{rows} rows in {len(names)} tables, sound"


def holds_tables(path: Path) -> bool:
    """Tell whether a file of SQLite's has a table; a command that looked for one before ``dihya setup`` leaves an empty file."""
    if path.name.endswith(("-wal", "-shm")):
        return False  # what is in there is seen through the file that it belongs to
    connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)
    try:
        return bool(connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0])
    except sqlite3.DatabaseError:
        return True  # damaged, and somebody's all the same
    finally:
        connection.close()


def _copy(engine: Engine, target: Path) -> None:
    os.close(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    with engine.connect() as connection:
        copy = sqlite3.connect(target)
        try:
            connection.connection.dbapi_connection.backup(copy)  # type: ignore[union-attr]
            copy.execute("PRAGMA journal_mode=DELETE").close()  # one file, not three
        finally:
            copy.close()


def _stage_file(source: Path, place: Path | None, staging: Staging) -> None:
    if place is None:
        raise Invalid("db.url names a database in memory; name a file to restore to", code="database-url")
    if not staging.rehearsal:
        _must_be_free(place, staging.replace)
    inside = staging.rehearsal or place.parent == get(AppInfo).data
    target = staging.data / ("dihya.db" if staging.rehearsal else place.name) if inside else _beside(place, "restoring")
    os.replace(source, target) if inside else _move(source, target)
    os.chmod(target, 0o600)
    staging.settings["db.url"] = f"sqlite:///{target}"
    if not inside:
        staging.swaps.append(_file_swap(place, target))


def _must_be_free(place: Path, replace: bool) -> None:
    """Raise Invalid when another process has the file open, or it has tables that may not be replaced."""
    close()
    if not place.exists():
        return
    with sqlite3.connect(place, timeout=0) as connection:
        try:
            # SQLite leaves the WAL only for a connection that is alone.
            connection.execute("PRAGMA journal_mode=DELETE").close()
            count = connection.execute("SELECT count(*) FROM sqlite_master WHERE type = 'table'").fetchone()[0]
        except sqlite3.OperationalError as error:
            raise Invalid(
                "the database is in use by another process; stop the server, then restore", code="in-use", status=409
            ) from error
        except sqlite3.DatabaseError:
            count = 0  # a damaged file is what one restores for
    connection.close()
    _may_replace(count, replace)


def _may_replace(count: int, replace: bool) -> None:
    if count and not replace:
        raise Invalid(
            f"the database holds {count} tables; say --force to replace them (they are kept aside)",
            code="not-empty",
            status=409,
        )


def _file_swap(place: Path, staged: Path) -> Swap:
    kept = _beside(place, "before")

    def put() -> str:
        there = place.exists()
        if there:
            os.replace(place, kept)
        os.replace(staged, place)
        return str(kept) if there else ""

    def undo() -> None:
        os.replace(place, staged)
        if kept.exists():
            os.replace(kept, place)

    return Swap(put, undo, lambda: staged.unlink(missing_ok=True))


def _stage_schema(fill: Callable[[Engine, str], None], staging: Staging) -> None:
    engine = build(get(Settings), get(AppInfo).data)
    if not staging.rehearsal:
        close()
    try:
        schema = postgres.schema_of(engine)
        if not staging.rehearsal:
            postgres.must_be_free(engine, schema)
            _may_replace(len(tables(engine)), staging.replace)
        moment = f"{time.time_ns() // 1_000_000:x}"
        staged, kept = f"{schema[:40]}_new_{moment}", f"{schema[:40]}_before_{moment}"
        fill(engine, staged)
    finally:
        engine.dispose()
    staging.settings["db.url"] = postgres.at(engine.url, staged).render_as_string(hide_password=False)
    staging.swaps.append(postgres.swap(engine, schema, staged, kept))


def _beside(place: Path, word: str) -> Path:
    return place.with_name(f"{place.name}.{word}-{time.strftime('%Y%m%dT%H%M%SZ', time.gmtime())}")


def _move(source: Path, target: Path) -> None:
    with source.open("rb") as read, open(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as write:
        while block := read.read(1 << 20):
            write.write(block)
        write.flush()
        os.fsync(write.fileno())


PARTS = (
    BackupPart(
        "db",
        claims=("dihya.db*",),
        save=save,
        restore=restore,
        check=check,
        moment="snapshot",
        local_settings=("url",),
        holds=holds_tables,
    ),
)
