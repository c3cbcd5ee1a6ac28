"""Rows about somebody whose data is restricted are seen and changed by the officer alone."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from dihya_hookspecs.access import AccessPolicy, Actor
from dihya_hookspecs.acts import current, get
from dihya_hookspecs.app import AppInfo
from dihya_hookspecs.data import Model
from dihya_hookspecs.i18n import Text
from dihya_hookspecs.scopes import Everything, Rule, Where
from sqlalchemy import ColumnElement, Table, false, func, not_, or_

from .annotations import Annotations, about
from .holding import Restrictions
from .outcome import by_table

PERMISSION = "rgpd:restrict"
SECONDS = 1.0
"""After so long a process looks again who is restricted: a restriction counts everywhere within this time."""
_SAID = Text(
    "the records of people whose data is not restricted",
    "les fiches de personnes dont les données ne sont pas limitées",
)


class Restricted:
    """Who is restricted, as this process knows it, and which tables hold rows about people.

    Args:
        annotations: makes what the tables say about people; asked once, when somebody is restricted for the first time.
    """

    def __init__(self, annotations: Callable[[], Annotations], clock: Callable[[], float] = time.monotonic) -> None:
        self._make, self._clock = annotations, clock
        self._annotations: Annotations | None = None
        self._people: Mapping[str, Sequence[str]] = {}
        self._until = 0.0

    @classmethod
    def from_container(cls, svcs_container: Any) -> Restricted:
        """Build the service once for the application."""
        names = [plugin.name for plugin in svcs_container.get(AppInfo).plugins]
        return cls(lambda: Annotations(Model.metadata.tables.values(), names))

    def people(self) -> Mapping[str, Sequence[str]]:
        """Return the keys of everybody who is restricted, by table; with one statement a second at most."""
        if self._clock() >= self._until:
            self._people = by_table(Restrictions(current().session).people())
            self._until = self._clock() + SECONDS
        return self._people

    def forget(self) -> None:
        """Look again at the next question, because this process has changed who is restricted."""
        self._until = 0.0

    def hidden(self, table: Table) -> ColumnElement[bool] | None:
        """Return the condition for the rows of *table* about somebody who is restricted; None where there can be none."""
        people = self.people()
        if not people:
            return None
        if self._annotations is None:
            self._annotations = self._make()
        groups = self._annotations.groups.get(table.name, ())
        found = [condition for group in groups if (condition := about(group, people)) is not None]
        return func.coalesce(or_(*found), false()) if found else None


def judge(actor: Actor | None, action: str, model: Any) -> Rule | None:
    """Narrow a table to rows about people who are not restricted, for whoever does not hold the permission."""
    table = getattr(model, "__table__", None)
    hidden = get(Restricted).hidden(table) if isinstance(table, Table) else None
    if hidden is None:
        return None
    return Everything(holding=PERMISSION) | Where(lambda _: not_(hidden), _SAID)


POLICY = AccessPolicy("restriction", "*", judge)
