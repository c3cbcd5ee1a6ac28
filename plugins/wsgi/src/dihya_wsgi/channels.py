"""Channels within one process: what an act says is heard when it commits."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from dihya_hookspecs import DihyaError, Invalid
from dihya_hookspecs.access import Access
from dihya_hookspecs.acts import current
from dihya_hookspecs.channels import LONGEST, Batch, Channels, Position, Topic
from dihya_hookspecs.data import Database

from .history import History

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

_PENDING = "dihya.channels"


class MemoryChannels:
    """Implements ``dihya_hookspecs.channels.Channels`` for the threads of this process."""

    everywhere = False

    def __init__(self) -> None:
        self.history = History()

    def publish(self, topic: Topic, key: str, data: str = "") -> None:
        """Say something when the running act commits; at once where there is no database to commit to."""
        if len(data.encode()) > LONGEST:
            raise Invalid(f"a message of {topic.name!r} has more than {LONGEST} bytes; say where to read the rest")
        try:
            current().get(Database)
        except DihyaError:
            self._deliver(topic, key, data)
        else:
            self._send(current().session, topic, key, data)

    def close(self) -> None:
        """Give back what is held; nothing, within one process."""

    def _send(self, session: Session, topic: Topic, key: str, data: str) -> None:
        at_commit(session, lambda: self._deliver(topic, key, data))

    def _deliver(self, topic: Topic, key: str, data: str) -> None:
        self.history.add(subject(topic, key), data, topic.history)

    def read(self, topic: Topic, key: str, after: Position | None = None) -> Batch:
        """Return what came after a position, to who may know."""
        current().get(Access).demand(topic.permission)
        return self.history.since(subject(topic, key), after)

    def follow(self, topic: Topic, key: str, wake: Callable[[], None]) -> Callable[[], None]:
        """Call *wake* whenever something was said, for who may know."""
        current().get(Access).demand(topic.permission)
        return self.history.follow(subject(topic, key), wake)


def subject(topic: Topic, key: str) -> str:
    """Return the name under which messages of one key are kept."""
    return f"{topic.name}:{key}"


def at_commit(session: Session, work: Callable[[], None]) -> None:
    """Do *work* when the session commits, unless the transaction or the savepoint that it belongs to is taken back."""
    from sqlalchemy import event

    pending = session.info.get(_PENDING)
    if pending is None:
        pending = session.info[_PENDING] = []

        @event.listens_for(session, "after_commit")
        def committed(session: Session) -> None:
            if session.in_nested_transaction():
                return
            done, pending[:] = list(pending), []
            for _, each in done:
                each()

        @event.listens_for(session, "after_soft_rollback")
        def undone(session: Session, transaction: Any) -> None:
            pending[:] = [(began, each) for began, each in pending if not _within(began, transaction)]

    session.connection()  # begins the transaction that the work belongs to
    pending.append((session.get_nested_transaction() or session.get_transaction(), work))


def _within(transaction: Any, outer: Any) -> bool:
    while transaction is not None:
        if transaction is outer:
            return True
        transaction = transaction.parent
    return False


class Engines:
    """Gives every act the same channels, made by the first act that asks: of the database where it can carry them."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._made: MemoryChannels | None = None

    def open(self, svcs_container: Any) -> Channels:
        """Return the channels of this process."""
        with self._lock:
            if self._made is None:
                self._made = self._make(svcs_container)
        return self._made

    def _make(self, svcs_container: Any) -> MemoryChannels:
        from .notifications import PostgresChannels

        try:
            engine = svcs_container.get(Database).engine
        except DihyaError:
            return MemoryChannels()
        return PostgresChannels(engine) if engine.dialect.name == "postgresql" else MemoryChannels()


def close() -> None:
    """End the channels of the application that stops."""
    channels = current().get(Channels)
    if isinstance(channels, MemoryChannels):
        channels.close()
