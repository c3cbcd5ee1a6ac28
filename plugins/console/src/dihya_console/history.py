"""What became of a record: who changed which fields, and what else was done with it."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from typing import NamedTuple

from dihya_hookspecs.acts import current
from dihya_hookspecs.audit import AuditLog, Entry
from dihya_hookspecs.bin import PUT_BACK
from dihya_hookspecs.i18n import gettext as _
from dihya_hookspecs.naming import Accounts
from dihya_hookspecs.resources.actions import actions_of
from dihya_hookspecs.resources.writing import OWN
from dihya_hookspecs.web import Resource

from .forms import label_of
from .surroundings import found


class Line(NamedTuple):
    """When, what, which fields and by whom, as people read them."""

    at: dt.datetime
    what: str
    fields: str
    who: str
    act: str = ""


class History:
    """The history of the records of one resource."""

    def __init__(self, plugin: str, resource: Resource) -> None:
        self._plugin, self._resource = plugin, resource

    def lines(self, id: uuid.UUID, limit: int) -> list[Line]:
        """Return the newest lines first; none where no plugin keeps a log."""
        log, people = found(AuditLog), found(Accounts)
        entries = log.search(object=self.object(id), limit=limit) if log else []
        names = people.names({entry.event.actor for entry in entries if entry.event.actor}) if people else {}
        return [self._line(entry, names) for entry in entries]

    def object(self, id: uuid.UUID) -> str:
        """Return how the log calls a record."""
        return f"{self._resource.service.model.__tablename__}:{id}"

    def _line(self, entry: Entry, names: Mapping[str, str]) -> Line:
        event, resource = entry.event, self._resource
        words = {
            "insert": _("was added"), "update": _("was changed"), "delete": _("was deleted"), PUT_BACK: _("was put back"),
        }  # fmt: skip
        own = {f"{self._plugin}.{each.name}": str(each.title) for each in actions_of(resource).values()}
        untold = {*OWN, *resource.service.from_container(current()).hidden()}
        columns = [str(column) for column in event.facts.get("columns", ()) if column not in untold]
        actor = current().actor
        who = event.actor or "–"
        if actor and who == actor.id:
            who = _("you")
        elif who in names:
            who = names[who] or _("a person who was erased")
        return Line(
            dt.datetime.fromisoformat(event.at),
            own.get(event.action) or words.get(event.action, event.action),
            ", ".join(label_of(resource, column) for column in columns),
            who,
            event.act if event.action == "update" else "",
        )
