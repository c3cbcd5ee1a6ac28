"""What went wrong with the database, in one sentence and without its password."""

from __future__ import annotations

import sqlite3

from dihya_hookspecs import DihyaError
from dihya_hookspecs.access import OPERATOR, SYSTEM
from dihya_hookspecs.acts import current
from sqlalchemy import Engine, event
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.engine.url import URL

_SQLITE = {
    "SQLITE_FULL": ("full", "the disk of {place} is full; free some space"),
    "SQLITE_READONLY": ("readonly", "{place} cannot be written; give the user who runs dihya the right to"),
    "SQLITE_PERM": ("readonly", "{place} cannot be opened; give the user who runs dihya the right to"),
    "SQLITE_CANTOPEN": ("unreachable", "{place} cannot be opened; check that its folder exists and may be written"),
    "SQLITE_BUSY": ("busy", "{place} is being written by another process; try again"),
    "SQLITE_LOCKED": ("busy", "{place} is being written by another process; try again"),
    "SQLITE_CORRUPT": ("corrupt", "{place} is damaged; put a backup back with 'dihya restore FILE --force'"),
    "SQLITE_NOTADB": ("corrupt", "{place} is not a SQLite database; check {setting}"),
    "SQLITE_IOERR": ("io", "{place} cannot be read or written; check the disk"),
}
_POSTGRES = {
    "28": ("credentials", "{place} refuses the user or the password; check {setting}"),
    "3D": ("unreachable", "{place} does not exist on this server; create the database or check {setting}"),
    "53100": ("full", "the disk of {place} is full; free some space"),
    "53300": ("busy", "{place} has no connection left; lower db.pool_size or raise max_connections"),
    "25006": ("readonly", "{place} accepts no changes at the moment; connect to the primary server"),
    "57P": ("unreachable", "{place} is shutting down or starting; try again"),
}


def explain(engine: Engine, setting: str = "db.url") -> None:
    """Let failures of the database itself leave *engine* as DihyaError; failures of statements stay as they are.

    Args:
        setting: where its URL was said.
    """

    @event.listens_for(engine, "handle_error", retval=True)
    def handle(context: ExceptionContext) -> DihyaError | None:
        return sentence(context.original_exception, engine.url, setting)


def sentence(error: BaseException, url: URL, setting: str = "db.url") -> DihyaError | None:
    """Return the explained error, or None when the statement is to blame rather than the database."""
    code, text = _sqlite(error) if isinstance(error, sqlite3.Error) else _postgres(error)
    if not text:
        return None
    headers = {"Retry-After": "2"} if code in ("busy", "unreachable") else {}
    return DihyaError(
        text.format(place=place(url) if _among_operators() else "the database", setting=setting),
        code=f"database-{code}",
        status=503,
        headers=headers,
    )


def _among_operators() -> bool:
    """Whether whoever reads the sentence may know where the database lies: not in answers to requests."""
    try:
        return current().actor in (OPERATOR, SYSTEM)
    except LookupError:
        return True


def place(url: URL) -> str:
    """Name the database for people: its file, or its name and server."""
    if url.get_backend_name() == "sqlite":
        return f"the database {url.database!r}" if url.database else "the database in memory"
    host = url.host or url.query.get("host") or "localhost"
    return f"the database {url.database!r} on {host!r}"


def _sqlite(error: sqlite3.Error) -> tuple[str, str]:
    name = getattr(error, "sqlite_errorname", "") or ""
    for prefix, found in _SQLITE.items():
        if name.startswith(prefix):
            return found
    return "", ""


def _postgres(error: BaseException) -> tuple[str, str]:
    state = getattr(error, "sqlstate", None) or ""
    for prefix, found in _POSTGRES.items():
        if state.startswith(prefix):
            return found
    # psycopg tells a lost or refused connection by an OperationalError without an SQLSTATE
    if type(error).__module__.startswith("psycopg") and type(error).__name__ in (
        "OperationalError",
        "ConnectionTimeout",
    ):
        if "password" in str(error) or "role" in str(error):
            return _POSTGRES["28"]
        if "does not exist" in str(error) and "database" in str(error):
            return _POSTGRES["3D"]
        if not state:
            return "unreachable", "{place} does not answer; start the server or check {setting}"
    return "", ""
