"""From SQLite to PostgreSQL: what has to hold before the rows are copied, and who is told."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from dihya_hookspecs import DihyaError, Invalid
from dihya_hookspecs.access import OPERATOR
from dihya_hookspecs.acts import Acts, current, get
from dihya_hookspecs.app import AppInfo
from dihya_hookspecs.audit import Outcome
from dihya_hookspecs.data import Database, Schema
from pydantic import SecretStr
from sqlalchemy import Engine
from sqlalchemy.engine import URL

from . import postgres, sqlite
from .copying import Copied, copy, must_be_empty
from .engine import build, resolve
from .failures import place
from .inspection import flaws
from .service import close
from .settings import Settings


def move(address: str, without: Sequence[str] = ()) -> Copied:
    """Copy the SQLite database of this installation to PostgreSQL. Called in an act that has touched nothing.

    The event that says so is in the log before its rows are copied, so that the log there is the one that is here.

    Args:
        address: the URL of an empty PostgreSQL database.
        without: plugins that are not active, whose tables stay behind.

    Raises:
        DihyaError: one of the databases cannot be used, or a row has no place there. The target is as it was.
    """
    act = current()
    settings, info = act.get(Settings), act.get(AppInfo)
    here, there = resolve(settings.url.get_secret_value(), info.data), resolve(address, info.data, "--to")
    _fit(here, there)
    source, schema = act.get(Database).engine, act.get(Schema)
    target = _engine(address, "--to")
    try:
        postgres.schema_of(target, "--to")
        with target.connect() as connection:
            must_be_empty(connection)
        _ready(source)
        with _recorded(there):
            close()
            with sqlite.exclusive(source) as rows, target.begin() as empty:
                done = copy(rows, empty, schema, without)
                _all_heard(without, done.left)
                return done
    finally:
        target.dispose()


@contextmanager
def _recorded(there: URL) -> Iterator[None]:
    """Put it into the log, which is copied as well, before; and into the one here when nothing came of it."""

    def record(outcome: Outcome) -> None:
        with get(Acts).open("db.copy", actor=OPERATOR) as act:
            server = there.host or ""
            act.record("db.copy", object=f"database:{there.database}", outcome=outcome, server=server)

    record("done")
    try:
        yield
    except BaseException:
        record("failed")
        raise


def load(engine: Engine, file: Path, schema: str, without: Sequence[str]) -> None:
    """Create *schema* from the SQLite database of a backup; nothing is left of it when that fails."""
    source, target = (_engine(url) for url in (f"sqlite:///{file}", postgres.at(engine.url, schema)))
    postgres.create(engine, schema)
    try:
        with sqlite.exclusive(source) as rows, target.begin() as empty:
            copy(rows, empty, get(Schema), without, "db.url")
    except BaseException as error:
        postgres.drop(engine, schema)
        if isinstance(error, Invalid) and error.code == "revision":
            said = error.message.partition(";")[0]
            raise Invalid(
                f"{said}; leave db.url empty, restore, run 'dihya db upgrade', then 'dihya database copy'",
                code="revision",
                status=409,
            ) from error
        raise
    finally:
        source.dispose()
        target.dispose()


def _engine(url: str | URL, setting: str = "db.url") -> Engine:
    said = url if isinstance(url, str) else url.render_as_string(hide_password=False)
    return build(get(Settings).model_copy(update={"url": SecretStr(said)}), get(AppInfo).data, setting)


def _all_heard(without: Sequence[str], left: Sequence[str]) -> None:
    """Raise Invalid when a plugin was named that leaves nothing behind."""
    for plugin in without:
        if not any(name.startswith(f"{plugin}_") for name in left):
            raise Invalid(
                f"no table would be left behind without {plugin!r}; leave it out of the command", code="without"
            )


def _fit(here: URL, there: URL) -> None:
    """Raise Invalid unless it goes from a SQLite file to PostgreSQL."""
    if _same(here, there):
        raise Invalid(f"--to names {place(there)}, which db.url names already; name another", code="same", status=409)
    if here.get_backend_name() != "sqlite":
        raise Invalid(
            f"db.url names {place(here)}, which is PostgreSQL already; a copy goes from SQLite to PostgreSQL, and "
            "PostgreSQL moves by 'dihya backup' and 'dihya restore'",
            code="direction",
        )
    if there.get_backend_name() == "sqlite":
        raise Invalid(
            "--to names SQLite; a copy goes from SQLite to PostgreSQL, and a file moves by 'dihya backup' and 'dihya restore'",
            code="direction",
        )
    path = sqlite.path_of(here)
    if path is None or not path.exists():
        raise Invalid(
            f"{place(here)} is not there; with nothing to copy, set db.url and run 'dihya setup'", code="no-source"
        )


def _same(here: URL, there: URL) -> bool:
    if here.get_backend_name() == there.get_backend_name() == "sqlite":
        return sqlite.path_of(here) == sqlite.path_of(there)

    def name(url: URL) -> tuple[object, ...]:
        query = url.query
        return url.get_backend_name(), url.host or query.get("host"), url.port, url.database, query.get("options")

    return name(here) == name(there)


def _ready(source: Engine) -> None:
    """Raise unless the file is sound and no other process has it open."""
    if found := flaws(source):
        raise DihyaError(f"the database is damaged: {found[0]}; see 'dihya database check'", code="damaged")
    close()
    with sqlite.exclusive(source):
        pass
