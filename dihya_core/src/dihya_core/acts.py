"""The unit of work: one act, one transaction, its audit events inside it, its domain events after it."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, TypeVar

from dihya_hookspecs import DihyaError, Refused
from dihya_hookspecs.access import SYSTEM, Actor
from dihya_hookspecs.acts import _current
from dihya_hookspecs.audit import AuditEvent, Outcome
from dihya_hookspecs.data import Database, Event

if TYPE_CHECKING:
    import svcs
    from sqlalchemy.orm import Session

    from .changes import Change
    from .house import House
    from .rights import Rights
    from .services import Services

log = logging.getLogger("dihya.core")
_T = TypeVar("_T")
IDENTIFIER = re.compile(r"^[A-Za-z0-9._-]{8,64}\Z")


class OpenAct:
    """An act that is running; implements ``dihya_hookspecs.acts.Act``.

    Attributes:
        plugin: the plugin whose route, command or task it is.
        changes: the rows that it changed, by table and key.
        mutating: True when even a change of nothing is worth an event (an unsafe HTTP method).
    """

    __slots__ = (
        "id",
        "name",
        "actor",
        "plugin",
        "changes",
        "mutating",
        "_services",
        "_house",
        "_container",
        "_session",
        "_events",
    )

    def __init__(
        self, services: Services, house: House, name: str, actor: Actor | None, id: str | None, plugin: str = ""
    ) -> None:
        self.id = id if id and IDENTIFIER.match(id) else new_id()
        self.name, self.actor, self.plugin = name, actor, plugin or name.partition(".")[0]
        self.changes: dict[tuple[str, str], Change] = {}
        self.mutating = False
        self._services, self._house = services, house
        self._container: svcs.Container | None = None
        self._session: Session | None = None
        self._events: list[Event] = []

    @property
    def session(self) -> Session:
        """The session of this act, opened at first use."""
        if self._session is None:
            from .changes import watch

            self._house.models()
            self._session = self.get(Database).session()
            watch(self._session, self)
        return self._session

    def get(self, service: type[_T]) -> _T:
        """Return a service."""
        if self._container is None:
            self._container = self._services.container()
        return self._services.find(self._container, service)

    def record(self, action: str, *, object: str | None = None, **facts: str | int | bool | None) -> None:
        """Add an audit event inside this act's transaction."""
        if self._audited():
            self._audit(action, object, "done", facts)

    def publish(self, event: str, payload: Mapping[str, Any]) -> None:
        """Send a domain event after the commit."""
        self._events.append(Event(event, dict(payload), self.id, self.plugin))

    def finish(self, status: int = 200) -> None:
        """Write what happened, commit, then tell ``on_event``.

        Args:
            status: of the answer; a request that was answered with an error is not audited as done.
        """
        if self._session is not None or self.mutating:
            self._write_changes(status)
        if self._session is not None:
            self._session.commit()
        for event in self._events:
            self._house.call("on_event", event=event)

    def fail(self, error: BaseException) -> None:
        """Undo the change and leave a trace of the attempt, in a transaction of its own."""
        if self._session is not None:
            self._session.rollback()
        self.changes.clear()
        self._events.clear()
        refused = isinstance(error, Refused) or getattr(error, "code", None) in (401, 403)
        status = status_of(error)
        if not (refused or self.mutating or status >= 500) or not self._audited():
            return
        try:
            self._audit(
                self.name, None, "refused" if refused else "failed", {"status": status, "error": type(error).__name__}
            )
            self.session.commit()
        except Exception as failure:
            log.error("the attempt %s could not be audited: %s", self.name, failure, exc_info=self._house.core.debug)

    def close(self) -> None:
        """Give back the session and what the services hold."""
        try:
            if self._container is not None:
                self._container.close()
        finally:
            if self._session is not None:
                self._session.close()

    def _write_changes(self, status: int) -> None:
        if self._session is not None:
            self._session.flush()
        if not self._audited():
            return
        changes = list(self.changes.values())
        for change in changes:
            target = f"{change.table}:{change.key}" if change.key else change.table
            facts: dict[str, Any] = {"columns": list(change.columns)}
            if change.rows is not None:
                facts["rows"] = change.rows
            self._audit(change.kind, target, "done", facts, plugin=change.table.partition("_")[0])
        if changes or self.mutating:
            if status < 400:
                self._audit(self.name, None, "done", {"changes": len(changes)})
            else:
                self._audit(self.name, None, "refused" if status in (401, 403) else "failed", {"status": status})
        if self._session is not None:
            self._session.flush()

    def _audited(self) -> bool:
        return self._house.dispatcher.hooks["on_audit"].call is not None and self._services.provides(Database)

    def _audit(
        self, action: str, object: str | None, outcome: Outcome, facts: Mapping[str, Any], plugin: str = ""
    ) -> None:
        call = self._house.dispatcher.hooks["on_audit"].call
        if call is None:
            return
        actor = self.actor.id if self.actor else None
        call(AuditEvent(now(), self.id, actor, action, object, outcome, plugin or self.plugin, facts), self.session)


class HouseActs:
    """Opens acts in one house; implements ``dihya_hookspecs.acts.Acts``."""

    def __init__(self, house: House, rights: Rights) -> None:
        self._house, self._rights = house, rights
        self._services: Services | None = None

    @property
    def services(self) -> Services:
        """The services of the house, gathered at first use."""
        if self._services is None:
            from .services import Services

            self._services = Services(self._house, self, self._rights)
        return self._services

    def start(self, name: str, actor: Actor | None = None, id: str | None = None, plugin: str = "") -> OpenAct:
        """Return an act that is not yet the current one; the gate uses it."""
        return OpenAct(self.services, self._house, name, actor, id, plugin)

    @contextmanager
    def open(self, name: str, *, actor: Actor | None = None, id: str | None = None) -> Iterator[OpenAct]:
        """Open an act around a block."""
        act = self.start(name, actor, id)
        token = _current.set(act)
        try:
            yield act
            act.finish()
        except BaseException as error:
            act.fail(error)
            raise
        finally:
            try:
                act.close()
            finally:
                _current.reset(token)


def announce(acts: HouseActs, house: House) -> None:
    """Audit what happened to plugins since the last time, and tell ``on_plugin_state``."""
    news, house.news = house.news, []
    if not news:
        return
    try:
        with acts.open("core.plugin_state", actor=SYSTEM) as act:
            for change in news:
                act.record("core.plugin_state", object=f"plugin:{change.plugin}", state=change.state)
                house.call("on_plugin_state", change=change)
    except Exception:
        log.exception("a plugin's change of state could not be audited")


def status_of(error: BaseException) -> int:
    """Return the HTTP status that an error stands for."""
    if isinstance(error, DihyaError):
        return error.status
    if isinstance(error, (SystemExit, KeyboardInterrupt)) or type(error).__module__.startswith("click"):
        return 400  # a wrong call, or somebody who changed their mind
    code = getattr(error, "code", None)
    return code if isinstance(code, int) and 400 <= code < 600 else 500


def new_id() -> str:
    """Return a new act id: sortable by time."""
    import secrets
    import time

    return f"{time.time_ns() // 1_000_000:012x}{secrets.token_hex(10)}"


def now() -> str:
    """Return the time as audit events write it."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
