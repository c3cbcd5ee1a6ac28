"""Upgrade, downgrade and look back, over all plugins, in plugin order."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dihya_hookspecs import DihyaError, Invalid, NotFound
from dihya_hookspecs.acts import Act, current
from dihya_hookspecs.app import AppInfo, implementing
from dihya_hookspecs.data import Database

from .library import load
from .settings import Settings

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from .scripts import Scripts

log = logging.getLogger("dihya.migrations")


@dataclass(frozen=True, slots=True)
class Step:
    """What was done for one plugin: the revision before and after, and those that were run."""

    plugin: str
    before: str | None
    after: str | None
    revisions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Revision:
    """One revision, its first docstring line, and whether the database has it."""

    plugin: str
    revision: str
    message: str
    applied: bool


@dataclass(slots=True)
class Upgrade:
    """What an upgrade did, and which plugins it could not upgrade, with the reason."""

    steps: list[Step] = field(default_factory=list)
    failures: dict[str, str] = field(default_factory=dict)


class Migrations:
    """The migrations of the active plugins."""

    def __init__(
        self, engine: Engine, data: Path, folders: Mapping[str, Path], order: Sequence[str], wait: float
    ) -> None:
        self.engine, self._data, self._folders, self._order, self._wait = engine, data, folders, order, wait

    @classmethod
    def of(cls, act: Act) -> Migrations:
        """Return the migrations of the running application."""
        info = act.get(AppInfo)
        order = [plugin.name for plugin in info.plugins]
        return cls(act.get(Database).engine, info.data, info.folders, order, act.get(Settings).lock_timeout)

    @property
    def plugins(self) -> Sequence[str]:
        """The active plugins, in the order in which they are upgraded."""
        return self._order

    def scripts(self, plugin: str | None = None) -> list[Scripts]:
        """Return the plugins that have migrations, or this one. Raises NotFound."""
        load()
        from .scripts import Scripts

        found = [
            Scripts(name, self._folders[name] / "migrations")
            for name in self._order
            if name in self._folders and (self._folders[name] / "migrations").is_dir()
        ]
        if plugin is None:
            return found
        chosen = [scripts for scripts in found if scripts.plugin == plugin]
        if not chosen:
            known = ", ".join(scripts.plugin for scripts in found)
            raise NotFound(f"no active plugin {plugin!r} with migrations; there is {known or 'none'}")
        return chosen

    def upgrade(self, plugin: str | None = None, *, destructive: bool = False) -> Upgrade:
        """Bring the database to the newest revision of every plugin, or of one; each in a transaction of its own.

        A plugin that fails does not keep the others from being upgraded.
        """
        from .lock import only_one

        done = Upgrade()
        chosen = self.scripts(plugin)
        with only_one(self.engine, self._data, self._wait):
            for scripts in chosen:
                try:
                    if step := self._upgrade(scripts, destructive):
                        done.steps.append(step)
                except DihyaError as error:
                    done.failures[scripts.plugin] = error.message
                except Exception as error:  # whatever a stranger's migration may raise
                    log.exception("the migration of plugin %r failed", scripts.plugin)
                    done.failures[scripts.plugin] = (
                        f"{type(error).__name__}: {str(error).splitlines()[0] if str(error) else ''}"
                    )
        return done

    def downgrade(self, plugin: str, revision: str, *, destructive: bool = False) -> Step:
        """Take a plugin back to *revision* (``base`` for nothing). Raises Invalid unless *destructive*."""
        from .lock import only_one

        [scripts] = self.scripts(plugin)
        if not destructive:
            raise Invalid(
                "a downgrade throws away what newer revisions brought; make a backup "
                "('dihya backup FILE'), then say --destructive",
                code="destructive",
                status=409,
            )
        with only_one(self.engine, self._data, self._wait):
            with self.engine.connect() as connection:
                before = scripts.current(connection)
            after = scripts.run(
                self.engine, lambda directory, at: directory._downgrade_revs(revision, at), destructive=True
            )
        return Step(plugin, before, after)

    def history(self, plugin: str | None = None) -> list[Revision]:
        """Return all revisions, plugin by plugin, oldest first."""
        from .scripts import explained

        found = []
        with self.engine.connect() as connection:
            for scripts in self.scripts(plugin):
                with explained(scripts.plugin):
                    waiting = set(scripts.pending(connection))
                    for script in reversed(list(scripts.directory().walk_revisions())):
                        message = (script.doc or "").partition("\n")[0]
                        applied = script.revision not in waiting
                        found.append(Revision(scripts.plugin, script.revision, message, applied))
        return found

    def pending(self) -> dict[str, list[str]]:
        """Return by plugin the revisions that an upgrade would run."""
        with self.engine.connect() as connection:
            return {scripts.plugin: found for scripts in self.scripts() if (found := scripts.pending(connection))}

    def _upgrade(self, scripts: Scripts, destructive: bool) -> Step | None:
        with self.engine.connect() as connection:
            before = scripts.current(connection)
            revisions = tuple(scripts.pending(connection))
            if not revisions:
                return None
        after = scripts.run(
            self.engine, lambda directory, at: directory._upgrade_revs("head", at), destructive=destructive
        )
        return Step(scripts.plugin, before, after, revisions)


def applied(done: Upgrade, act: Act) -> str:
    """Record each revision that was run and return one sentence. Raises DihyaError when some plugin was not upgraded."""
    if not done.failures.keys() & implementing("on_audit"):  # without the tables of the log nothing can be recorded
        for step in done.steps:
            for before, after in pairwise((step.before, *step.revisions)):
                act.record("migrations.upgrade", object=f"plugin:{step.plugin}", before=before, after=after)
    if done.failures:
        act.keep()  # the other plugins are upgraded all the same
        reasons = "".join(f"\n  {plugin}: {reason}" for plugin, reason in done.failures.items())
        raise DihyaError(
            f"{len(done.failures)} plugins could not be upgraded (nothing of them was changed):{reasons}",
            code="migration",
        )
    if not done.steps:
        return "the database is up to date"
    return f"the database is up to date; upgraded {', '.join(step.plugin for step in done.steps)}"


def setup() -> str:
    """Upgrade the database; the setup step."""
    act = current()
    return applied(Migrations.of(act).upgrade(), act)


def is_set_up() -> bool:
    """Tell whether the database has any revision of any plugin."""
    found = Migrations.of(current())
    with found.engine.connect() as connection:
        every = found.scripts()
        return not every or any(scripts.current(connection) for scripts in every)


def probe() -> str:
    """Say that every plugin's tables are those of its newest revision; raise when an upgrade is due."""
    waiting = Migrations.of(current()).pending()
    if waiting:
        raise DihyaError(f"the database is older than {', '.join(waiting)}; run 'dihya db upgrade'", code="migration")
    return "every plugin is at its newest revision"


def probe_schema() -> str:
    """Say that the tables are what the models say; raise when they differ, since some request would fail on it."""
    load()
    from .drift import remembered

    if wrong := remembered(Migrations.of(current())):
        more = f"; and {len(wrong) - 3} more" if wrong[3:] else ""
        raise DihyaError(f"{'; '.join(wrong[:3])}{more}; see 'dihya db check'", code="schema")
    return "the tables are what the models say"


def facts(item: Any) -> dict[str, Any]:
    """Return a dataclass with slots as a dict, for JSON."""
    from dataclasses import asdict

    return asdict(item)
