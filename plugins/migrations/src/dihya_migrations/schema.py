"""The tables of one plugin, forward and back: what an installation stands on."""

from __future__ import annotations

from collections.abc import Mapping

from dihya_hookspecs import DihyaError, NotFound
from dihya_hookspecs.acts import current
from dihya_hookspecs.app import implementing
from dihya_hookspecs.data import UNAUDITED
from sqlalchemy import Connection, text
from sqlalchemy.exc import SQLAlchemyError

from .scripts import Scripts
from .service import Migrations, applied


class PluginSchema:
    """Implements the contract's ``Schema`` for the current act."""

    def revision(self, plugin: str) -> str:
        """Return the revision that the tables are at; empty before the first, and without migrations."""
        migrations = Migrations.of(current())
        scripts = _scripts(migrations, plugin)
        if scripts is None:
            return ""
        with migrations.engine.connect() as connection:
            return scripts.current(connection) or ""

    def upgrade(self, plugin: str) -> str:
        """Bring the tables to the newest revision and say what was done."""
        act = current()
        migrations = Migrations.of(act)
        if _scripts(migrations, plugin) is None:
            return f"{plugin} has no tables of its own"
        return applied(migrations.upgrade(plugin), act)

    def downgrade(self, plugin: str, revision: str) -> str:
        """Take the tables back to *revision*; to nothing, with the version table, when it is empty."""
        act = current()
        migrations = Migrations.of(act)
        scripts = _scripts(migrations, plugin)
        if scripts is None:
            return f"{plugin} has no tables of its own"
        step = migrations.downgrade(plugin, revision or "base", destructive=True)
        if not revision:
            quoted = migrations.engine.dialect.identifier_preparer.quote(scripts.version_table)
            told = migrations.engine.execution_options(**{UNAUDITED: "the version of a plugin that goes"})
            with told.begin() as connection:
                connection.execute(text(f"DROP TABLE IF EXISTS {quoted}"))
        if plugin not in implementing("on_audit"):  # the tables of the log may be gone
            act.record("migrations.downgrade", object=f"plugin:{plugin}", before=step.before, after=step.after)
        return f"{plugin}: {step.before or 'nothing'} → {step.after or 'nothing'}"

    def build(self, connection: Connection) -> None:
        """Make the tables of every active plugin in the empty database of *connection*, within its transaction."""
        for scripts in Migrations.of(current()).scripts():
            try:
                scripts.build(connection)
            except SQLAlchemyError as error:
                raise DihyaError(
                    f"the migrations of plugin {scripts.plugin!r} do not run there: {str(error).splitlines()[0]}",
                    code="migration",
                ) from error

    def revisions(self, connection: Connection) -> Mapping[str, str]:
        """Return where the tables of each active plugin are in the database of *connection*."""
        found = Migrations.of(current()).scripts()
        return {scripts.plugin: scripts.current(connection) or "" for scripts in found}


def _scripts(migrations: Migrations, plugin: str) -> Scripts | None:
    try:
        return migrations.scripts(plugin)[0]
    except NotFound:
        return None
