"""Keeps what people change: stores it, checked, audited and told; and follows what others stored."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from dihya_hookspecs import DihyaError
from dihya_hookspecs.access import SYSTEM
from dihya_hookspecs.acts import Acts, current, get
from dihya_hookspecs.data import Database
from dihya_hookspecs.ops import Tasks
from dihya_hookspecs.settings import Kept, SettingLayers, SettingsStore
from sqlalchemy import Engine, inspect, select
from sqlalchemy.exc import DBAPIError

from . import changing, sealing
from .models import Choice, Epoch, Value

log = logging.getLogger("dihya.settings")
NOTHING: Mapping[str, Mapping[str, Any]] = MappingProxyType({})


class Store:
    """Implements ``dihya_hookspecs.settings.SettingsStore``; one for the application.

    What people chose is kept in memory for a minute, and dropped as soon as a change of it is seen.
    """

    SECONDS, MOST = 60.0, 4096

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._epoch = -1
        self._people: dict[str, tuple[float, Mapping[str, Mapping[str, Any]]]] = {}
        self.unreadable: frozenset[str] = frozenset()

    def follow(self) -> None:
        """Look whether something was changed, and lay it above the defaults."""
        engine, layers, opened = get(Database).engine, get(SettingLayers), sealing.opener()
        if not _there(engine):
            return
        with self._lock:
            try:
                self._follow(engine, layers, opened)
            except DBAPIError:
                if inspect(engine).has_table(Epoch.__tablename__):
                    raise  # before the tables are made there is nothing to follow

    def _follow(self, engine: Engine, layers: SettingLayers, opened: sealing.Opener) -> None:
        with engine.connect() as connection:
            number = connection.scalar(select(Epoch.number)) or 0
            if number == self._epoch:
                return
            rows = connection.execute(select(Value.plugin, Value.field, Value.value).where(Value.kept)).all()
            changed = connection.scalars(select(Choice.person).where(Choice.version > self._epoch).distinct()).all()
        stored, self.unreadable = _opened(rows, opened)
        self._epoch = number
        layers.lay(stored)
        for person in changed:
            self._people.pop(person, None)

    def chosen(self, person: str) -> Mapping[str, Mapping[str, Any]]:
        """What a person chose, by plugin and field; the same object as long as nothing changed."""
        known = self._people.get(person)
        if known and known[0] > time.monotonic():
            return known[1]
        epoch, found = self._epoch, self._read(person)
        if known and known[1] == found:
            found = known[1]
        if len(self._people) >= self.MOST:
            self._people = {}
        if epoch == self._epoch:  # else somebody changed something while we read
            self._people[person] = (time.monotonic() + self.SECONDS, found)
        return found

    def _read(self, person: str) -> Mapping[str, Mapping[str, Any]]:
        mine = select(Choice.plugin, Choice.field, Choice.value).where(Choice.person == person, Choice.kept)
        opened = sealing.opener()
        with get(Database).engine.connect() as connection:
            rows = connection.execute(mine).all()
        return _opened(rows, opened)[0] or NOTHING

    def kept(self, person: str | None = None) -> Mapping[str, Kept]:
        """Everything that is stored for the application, or for one person, by setting."""
        if not _there(get(Database).engine):
            return {}
        session = current().session
        if person is not None:
            mine = session.scalars(select(Choice).where(Choice.person == person))
            return {
                f"{row.plugin}.{row.field}": Kept(row.value, row.version, row.changed_at, person, kept=row.kept)
                for row in mine
            }
        return {
            f"{row.plugin}.{row.field}": Kept(
                row.value, row.version, row.changed_at, row.changed_by, row.changed_name, row.kept
            )
            for row in session.scalars(select(Value))
        }

    def set(
        self,
        setting: str,
        value: Any,
        *,
        version: int | None = None,
        person: str | None = None,
        beside: Mapping[str, Any] | None = None,
    ) -> None:
        """Store a value for the application, or for one person."""
        changing.change(self, setting, (value,), version, person, beside or {})

    def unset(self, setting: str, *, version: int | None = None, person: str | None = None) -> None:
        """Go back to the default."""
        changing.change(self, setting, (), version, person)


def _there(engine: Engine) -> bool:
    """Tell whether there is a database; a look must not make a file for one."""
    path = engine.url.database if engine.dialect.name == "sqlite" else ""
    return not path or path == ":memory:" or Path(path).exists()


def _opened(rows: Iterable[Any], opened: sealing.Opener) -> tuple[dict[str, dict[str, Any]], frozenset[str]]:
    """Return values by plugin and field, and the names of those that are sealed under another key."""
    found: dict[str, dict[str, Any]] = {}
    unreadable = set()
    for plugin, field, value in rows:
        try:
            found.setdefault(plugin, {})[field] = opened(value)
        except ValueError:
            unreadable.add(f"{plugin}.{field}")
    return found, frozenset(unreadable)


def look(acts: Acts) -> None:
    """Follow what other processes stored; once a second, in each process."""
    with acts.open("settings.follow", actor=SYSTEM, session=False) as act:
        act.get(SettingsStore).follow()


def probe() -> str:
    """Say what is stored; raise for what is stored and does not count."""
    store = get(SettingsStore)
    sections = get(SettingLayers).sections()
    wrong = [
        f"{plugin}.{field} ({why})" for plugin, section in sections.items() for field, why in section.misfits.items()
    ]
    wrong += [f"{name} (sealed under another key)" for name in sorted(getattr(store, "unreadable", ()))]
    if wrong:
        raise DihyaError(f"stored settings that do not count, the default does: {'; '.join(wrong)}; set or unset them")
    waiting = sorted(f"{plugin}.{field}" for plugin, section in sections.items() for field in section.waiting)
    said = [f"{sum(one.kept for one in store.kept().values())} settings differ from the default"]
    if waiting:
        said.append(f"from the next start on: {', '.join(waiting)}")
    if not _looked():
        said.append("no plugin does recurring work, so other processes follow at their next start")
    return "; ".join(said)


def _looked() -> bool:
    """Tell whether somebody looks for what other processes stored."""
    try:
        return bool(get(Tasks))
    except DihyaError:
        return False
