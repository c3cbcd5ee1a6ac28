"""What of the database the desk can reach, and what it cannot, with the reason."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any

from dihya_hookspecs import Incomplete
from dihya_hookspecs.app import PluginInfo
from sqlalchemy import String, Text, Uuid, column, inspect, select, table
from sqlalchemy.orm import Session

from .annotations import Annotations
from .finding import Beyond
from .spelling import Sought, words


class Reach:
    """The tables that are in the database.

    Args:
        plugins: all installed plugins, the inactive ones too.
    """

    def __init__(self, session: Session, annotations: Annotations, plugins: Sequence[PluginInfo]) -> None:
        self._session, self._annotations, self._plugins = session, annotations, plugins
        self._names: set[str] | None = None

    def present(self) -> set[str]:
        """Return the names of all tables."""
        if self._names is None:
            self._names = set(inspect(self._session.connection()).get_table_names())
        return self._names

    def gaps(self) -> list[Incomplete]:
        """Return what the annotations themselves leave open."""
        gaps = [Incomplete(self._annotations.owners[flaw.partition(":")[0]], flaw) for flaw in self._annotations.flaws]
        absent = [name for name in self._annotations.groups if name not in self.present()]
        return gaps + [
            Incomplete(self._annotations.owners[name], f"table {name} is not in the database; run the migrations")
            for name in absent
        ]

    def residual(self) -> list[Beyond]:
        """Return the tables of no active plugin: of one that is disabled, does not start, or was removed."""
        active = tuple(f"{plugin.name}_" for plugin in self._plugins if plugin.state == "active")
        return [
            Beyond(name, self._reason(name))
            for name in sorted(self.present() - set(self._annotations.owners))
            if not name.endswith("alembic_version") and not (active and name.startswith(active))
        ]

    def residual_about(self, identifiers: Sequence[Sought], keys: Sequence[str]) -> list[Beyond]:
        """Return those of the residual tables in which something about the person can be seen, or that are unreadable.

        Nothing says what their columns are, so their values are compared: the person's keys, addresses, numbers and
        names, in any spelling.
        """
        return [found for found in self.residual() if self._mentions(found.table, identifiers, keys)]

    def _mentions(self, name: str, identifiers: Sequence[Sought], keys: Sequence[str]) -> bool:
        texts = self._columns(name)
        if not texts:
            return False
        known = {spelling for key in keys for spelling in _spellings(key)}
        statement = select(*(column(text) for text in texts)).select_from(table(name))
        with self._session.execute(statement.execution_options(yield_per=1000)) as rows:
            for row in rows:
                values = [str(value) for value in row if value is not None]
                if any(value.lower() in known for value in values) or any(_named(one, values) for one in identifiers):
                    return True
        return False

    def _columns(self, name: str) -> list[str]:
        found = inspect(self._session.connection()).get_columns(name)
        return [one["name"] for one in found if isinstance(one["type"], String | Text | Uuid)]

    def _reason(self, name: str) -> str:
        owners = sorted(
            (p for p in self._plugins if name.startswith(f"{p.name}_")), key=lambda plugin: -len(plugin.name)
        )
        if not owners:
            return f"{name} is out of reach because no installed plugin has it"
        return f"{name} is out of reach because plugin {owners[0].name!r} is {owners[0].state}"


def _spellings(key: str) -> Iterator[str]:
    yield key.lower()
    with suppress(ValueError):
        yield uuid.UUID(key).hex  # as SQLite stores it


def _named(sought: Sought, values: Sequence[str]) -> bool:
    if any(sought.is_(kind, value) for kind in ("email", "phone", "code") for value in values):  # type: ignore[arg-type]
        return True
    return len(sought.words) > 1 and sought.words <= words(" ".join(values))


def counted(fates: Mapping[str, Mapping[Any, Any]]) -> dict[tuple[str, str], int]:
    """Return how many rows there are for each personal column that *fates* name."""
    counts: dict[tuple[str, str], int] = {}
    for name, found in fates.items():
        for fate in found.values():
            for group in fate.groups:
                for one in group.columns:
                    counts[name, one.key] = counts.get((name, one.key), 0) + 1
    return counts
