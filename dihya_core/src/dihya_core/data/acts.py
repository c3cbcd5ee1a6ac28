"""The unit of work: one act, one transaction, its audit events and its domain events inside it."""

from __future__ import annotations

import logging
import os
import random
import re
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, TypeVar, cast

from dihya_hookspecs.access import Actor
from dihya_hookspecs.acts import _current
from dihya_hookspecs.audit import AuditEvent, Outcome
from dihya_hookspecs.data import Changes, ChangeTracking, Database
from dihya_hookspecs.events import Outbox, written

from dihya_core.data.outcomes import explained, status_of
from dihya_core.data.publishing import publisher
from dihya_core.data.tables import log_exists

if TYPE_CHECKING:
    import svcs
    from sqlalchemy.orm import Session

    from dihya_core.access import AccessRules
    from dihya_core.runtime import Runtime
    from dihya_core.services import Services

log = logging.getLogger("dihya.core")
_T = TypeVar("_T")
_numbers = random.Random()
"""Ours alone, so that nobody who seeds theirs repeats an act. An id is no secret, so the kernel need not be asked for each."""
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_numbers.seed)
IDENTIFIER = re.compile(r"^[A-Za-z0-9._-]{8,64}\Z")


class OpenAct:
    """An act that is running; implements ``dihya_hookspecs.acts.Act``.

    Attributes:
        plugin: the plugin whose route, command or task it is.
        object: what the act is about, where the request says so; the event of an attempt that came to nothing names it.
        facts: what every audit event of the act carries besides its own facts.
        changes: the rows that it changed and that no audit event names yet; made with the session.
        mutating: True when even a change of nothing is worth an event (an unsafe HTTP method).
        outside: True for an act that must not hold a transaction.
        verdicts: what was decided in this act about permissions, by permission, and for whom (under no name).
        unknown: told of a refusal to nobody, as (status, error); None where an act without actor is one of our own.
    """

    __slots__ = (
        "id", "name", "actor", "plugin", "object", "facts", "changes", "mutating", "outside", "unknown", "verdicts",
        "_services", "_runtime", "_container", "_session", "_rows", "_said",
    )  # fmt: skip

    def __init__(
        self, services: Services, runtime: Runtime, name: str, actor: Actor | None, id: str | None, plugin: str = ""
    ) -> None:
        self.id = id if id and IDENTIFIER.match(id) else new_id()
        self.name, self.actor, self.plugin = name, actor, plugin or name.partition(".")[0]
        self.object: str | None = None
        self.facts: dict[str, str] = {}
        self.changes: Changes | None = None
        self.mutating = self.outside = False
        self.unknown: Callable[[int, BaseException | None], None] | None = None
        self.verdicts: dict[str, Any] = {}
        self._services, self._runtime = services, runtime
        self._container: svcs.Container | None = None
        self._session: Session | None = None
        self._rows = self._said = 0

    @property
    def session(self) -> Session:
        """The session of this act, opened at first use."""
        if self.outside:
            raise RuntimeError(
                f"act {self.name!r} waits for something slow and has no session; open an act for the database"
            )
        if self._session is None:
            self._runtime.models()
            tracking, session = self.get(ChangeTracking), self.get(Database).session()
            self._session, self.changes = session, tracking.follow(session)
        return self._session

    @property
    def opened(self) -> bool:
        """Whether the session was used, so that a transaction may be open."""
        return self._session is not None and self._session.in_transaction()

    def get(self, service: type[_T]) -> _T:
        """Return a service."""
        if (found := self._services.lasting.get(service)) is not None:
            return cast(_T, found)
        if (counts := self._services.changing.get(service)) is not None:
            return cast(_T, counts())
        if self._container is None:
            self._container = self._services.container()
        return self._services.find(self._container, service)

    def record(
        self, action: str, *, object: str | None = None, outcome: Outcome = "done", **facts: str | int | bool | None
    ) -> None:
        """Add an audit event inside this act's transaction."""
        self._audit(action, object, outcome, facts)

    def publish(self, event: object) -> None:
        """Write a domain event into the outbox, inside this act's transaction."""
        (plugin, kind), payload = publisher(self._runtime, event), written(event)
        if self._services.provides(Outbox):
            self.get(Outbox).add(kind, payload, plugin)

    def keep(self) -> None:
        """Commit what was changed, recorded and published until now: it stays, however the act ends."""
        if self._session is not None and self.changes is not None:
            if self._session.in_nested_transaction():
                raise RuntimeError("act.keep() stands inside a savepoint, which it would end; call it outside")
            self._write_changes()
            self._commit()
            self.changes.open = True

    def undo(self) -> None:
        """Take back everything since the act began, or since it was told to keep."""
        if self._session is not None and self.changes is not None:
            self._session.rollback()
            self.changes.clear()

    def finish(self, status: int = 200, error: BaseException | None = None) -> None:
        """End the act by its answer: below 400 it is committed, from 400 on undone.

        Args:
            status: of the answer.
            error: why there is such an answer, where it was raised.
        """
        if status >= 400:
            self.undo()
            self._leave_trace(status, error)
        else:
            self._write_changes(ending=True)
            if self._rows or (self.mutating and (self.actor or self._said or self.unknown is None)):
                self._audit(self.name, None, "done", {"changes": self._rows})
            self._commit()

    def fail(self, error: BaseException) -> None:
        """Undo the act because of an error."""
        self.finish(status_of(error), error)

    def close(self) -> None:
        """Give back the session and what the services hold."""
        try:
            if self._container is not None:
                self._container.close()
        finally:
            if self._session is not None:
                self._session.close()

    def _write_changes(self, ending: bool = False) -> None:
        """Write an audit event for each row that was changed since the last time; *ending*: that of the act follows."""
        if self._session is None or self.changes is None:
            return
        self._session.flush()
        self.changes.open = False
        left = self.changes.take()
        self._rows += len(left)
        for number, change in enumerate(left, 1):
            more = ending or number < len(left)
            self._audit(change.kind, change.object, "done", change.facts(), plugin=change.owner, more=more)

    def _commit(self) -> None:
        if self._session is not None and self.changes is not None:
            self.changes.open, self.changes.committing = False, True
            try:
                self._session.commit()
            finally:
                self.changes.committing = False

    def _leave_trace(self, status: int, error: BaseException | None) -> None:
        """Write, in a transaction of its own, that somebody tried; what nobody tried is counted.

        A command may run where nothing is set up yet; then there is nowhere to write.
        """
        refused = status < 500 or status == 503  # 503 says "later": that is an answer, and no failure of ours
        if refused and not self.mutating and status not in (401, 403):
            return
        if getattr(error, "code", "") == "database-busy":  # who has waited in vain does not wait as long again
            log.warning("the attempt %s could not be audited: another process holds the database", self.name)
            return
        if self.unknown is not None and self.actor is None:
            self.unknown(status, error)
            return
        self.outside = False
        facts = {"status": status} | ({"error": type(error).__name__} if error else {})
        try:
            if not self._runtime.serving and not log_exists(self._runtime, self.session):
                return
            self._audit(self.name, self.object, "refused" if refused else "failed", facts)
            self._commit()
        except Exception as failure:
            log.error("the attempt %s could not be audited: %s", self.name, failure, exc_info=self._runtime.core.debug)

    def _audit(
        self,
        action: str,
        object: str | None,
        outcome: Outcome,
        facts: Mapping[str, Any],
        plugin: str = "",
        more: bool = False,
    ) -> None:
        call = self._runtime.hook_caller.hooks["on_audit"].call
        if call is None or not self._services.provides(Database):
            return
        self._said += 1
        actor, facts = self.actor.id if self.actor else None, {**facts, **self.facts}
        event = AuditEvent(now(), self.id, actor, action, object, outcome, plugin or self.plugin, facts)
        call(event, self.session, more)


class RuntimeActs:
    """Opens acts in one application; implements ``dihya_hookspecs.acts.Acts``."""

    def __init__(self, runtime: Runtime, access: AccessRules) -> None:
        self._runtime, self.access = runtime, access
        self._services: Services | None = None

    @property
    def services(self) -> Services:
        """The services of the application, gathered at first use."""
        if self._services is None:
            from dihya_core.services import Services

            self._services = Services(self._runtime, self, self.access)
        return self._services

    def start(self, name: str, actor: Actor | None = None, id: str | None = None, plugin: str = "") -> OpenAct:
        """Return an act that is not yet the current one; the pipeline uses it."""
        return OpenAct(self.services, self._runtime, name, actor, id, plugin)

    @contextmanager
    def open(
        self, name: str, *, actor: Actor | None = None, id: str | None = None, session: bool = True
    ) -> Iterator[OpenAct]:
        """Open an act around a block."""
        act = self.start(name, actor, id)
        act.outside = not session
        token = _current.set(act)
        try:
            with self._runtime.hook_caller.observations.span("act", name, plugin=act.plugin):
                yield act
                act.finish()
        except BaseException as error:
            told = explained(error)
            act.fail(told)
            if told is error:
                raise
            raise told from error
        finally:
            try:
                act.close()
            finally:
                _current.reset(token)


def new_id() -> str:
    """Return a new act id: sortable by time, and like no other."""
    return f"{time.time_ns() // 1_000_000:012x}{_numbers.getrandbits(80):020x}"


def now() -> str:
    """Return the time as audit events write it."""
    return datetime.now(UTC).isoformat(timespec="microseconds")[:-6] + "Z"  # half of what strftime takes
