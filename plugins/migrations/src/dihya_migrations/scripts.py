"""One plugin's revisions, and where the database stands among them: an Alembic environment built at run time."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.script.revision import RevisionError
from alembic.util import CommandError
from dihya_hookspecs import DihyaError
from dihya_hookspecs.data import UNAUDITED
from sqlalchemy import Connection, Engine, inspect, text

from . import guard

VERSION_TABLE = "_alembic_version"


@dataclass(frozen=True, slots=True)
class Scripts:
    """The revisions in one plugin's ``migrations`` folder."""

    plugin: str
    folder: Path

    @property
    def version_table(self) -> str:
        """The table that says at which revision this plugin is."""
        return f"{self.plugin}{VERSION_TABLE}"

    def directory(self) -> ScriptDirectory:
        """Return Alembic's view of the folder."""
        return ScriptDirectory(self.folder, version_locations=[self.folder])

    def head(self) -> str | None:
        """Return the newest revision; None when there is none. Raises DihyaError when there are several."""
        with explained(self.plugin):
            return self.directory().get_current_head()

    def current(self, connection: Connection) -> str | None:
        """Return the revision of the database; None before the first upgrade."""
        if not inspect(connection).has_table(self.version_table):
            return None
        return self.context(connection).get_current_revision()

    def pending(self, connection: Connection) -> list[str]:
        """Return the revisions that an upgrade would run, oldest first."""
        with explained(self.plugin):
            current, head = self.current(connection), self.head()
            if head is None or current == head:
                return []
            steps = self.directory().iterate_revisions(head, current or "base")
            return [step.revision for step in steps if step.revision != current][::-1]

    def context(self, connection: Connection, **options: Any) -> MigrationContext:
        """Return Alembic's context for this plugin's version table."""
        return MigrationContext.configure(
            connection, opts={"version_table": self.version_table, "transactional_ddl": True, **options}
        )

    def run(self, engine: Engine, steps: Callable[[ScriptDirectory, Any], Any], *, destructive: bool) -> str | None:
        """Run *steps* in one transaction and return the revision reached."""
        told = engine.execution_options(**{UNAUDITED: "a migration: each revision is an event"})
        with told.connect() as connection, _loose_references(connection), explained(self.plugin):
            with connection.begin():
                self._walk(connection, steps, destructive)
                self._check_references(connection)
            return self.current(connection)

    def build(self, connection: Connection) -> None:
        """Run every revision in the transaction of *connection*, in a database that has none of them."""
        with explained(self.plugin):
            self._walk(connection, lambda directory, at: directory._upgrade_revs("head", at), destructive=True)

    def _walk(self, connection: Connection, steps: Callable[[ScriptDirectory, Any], Any], destructive: bool) -> None:
        from alembic.operations import Operations

        directory = self.directory()
        options = {"fn": lambda revision, context: steps(directory, revision), guard.OPTION: destructive}
        context = self.context(connection, **options)
        with Operations.context(context):
            context.run_migrations()

    def _check_references(self, connection: Connection) -> None:
        if connection.dialect.name != "sqlite":
            return
        broken = connection.execute(text("PRAGMA foreign_key_check")).all()
        if tables := sorted({row[0] for row in broken if row[0].startswith(f"{self.plugin}_")}):
            raise DihyaError(
                f"a migration of plugin {self.plugin!r} leaves references to nothing in {', '.join(tables)}; it was undone",
                code="migration",
            )


@contextmanager
def explained(plugin: str) -> Any:
    """Turn Alembic's own errors into ours."""
    try:
        yield
    except (CommandError, RevisionError) as error:
        advice = "install the version of its package that the database was upgraded with"
        if "multiple heads" in str(error).lower():
            advice = "let one of them follow the other (down_revision)"
        reason = str(error).partition(".")[0]
        raise DihyaError(
            f"the migrations of plugin {plugin!r} cannot be read: {reason}; {advice}", code="migration"
        ) from error


@contextmanager
def _loose_references(connection: Connection) -> Any:
    """SQLite changes a table by copying and dropping it; with references enforced, dropping would empty other tables."""
    if connection.dialect.name != "sqlite":
        yield
        return
    driver: Any = connection.connection.dbapi_connection
    driver.execute("PRAGMA foreign_keys=OFF").close()
    try:
        yield
    finally:
        connection.rollback()
        driver.execute("PRAGMA foreign_keys=ON").close()
