"""Which records the audit log names within a window of time: whose data a breach may have touched."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from dihya_hookspecs.audit import AuditEvent, AuditLog, Entry

PAGE, PAGES = 500, 100
"""Entries that are read at once, and how often; so many entries of a table can be looked through."""
DRIFT = timedelta(days=1)
"""An event has its place in the log some time after it happened: so much further back is looked for those of the window."""


@dataclass(slots=True)
class Touched:
    """A record that the log names.

    Attributes:
        acts: action → how often: ``opened`` for somebody who looked, ``insert``, ``update``, ``delete``, or another's name.
        actors: how many people, and programs, did it.
    """

    key: str
    acts: Counter[str] = field(default_factory=Counter)
    actors: set[str] = field(default_factory=set)
    first: str = ""
    last: str = ""


@dataclass(slots=True)
class Found:
    """What the log says.

    Attributes:
        rows: by key.
        together: acts on the table that name no single record: several changed by one statement, a list that was taken along.
        whole: False where the log has more entries of the table than are looked through.
    """

    rows: dict[str, Touched] = field(default_factory=dict)
    together: Counter[str] = field(default_factory=Counter)
    whole: bool = True


def touched(log: AuditLog, table: str, since: datetime, until: datetime) -> Found:
    """Return which records of *table* the log names from *since* to *until*; both moments have a zone."""
    found = Found()
    for entry in _entries(log, table, since - DRIFT, found):
        event = entry.event
        name, _colon, key = (event.object or "").partition(":")
        if name != table or event.outcome != "done" or not since <= datetime.fromisoformat(event.at) <= until:
            continue
        act = "opened" if event.action.endswith(".opened") else event.action
        if not key:
            found.together[act] += 1
            continue
        _count(found.rows.setdefault(key, Touched(key)), act, event)
    return found


def _count(row: Touched, act: str, event: AuditEvent) -> None:
    row.acts[act] += 1
    row.actors.add(event.actor or "")
    row.first, row.last = min(row.first or event.at, event.at), max(row.last, event.at)


def _entries(log: AuditLog, table: str, oldest: datetime, found: Found) -> Iterator[Entry]:
    """Yield the entries that may name the table, newest first, until they are older than *oldest*."""
    before = None
    for _page in range(PAGES):
        entries = log.search(query=table, before=before, limit=PAGE)
        for entry in entries:
            if datetime.fromisoformat(entry.event.at) < oldest:
                return
            yield entry
        if len(entries) < PAGE:
            return
        before = entries[-1].index
    found.whole = False
