"""One act: an actor, a transaction, the services in reach, and what will be remembered of it."""

from __future__ import annotations

from contextlib import AbstractContextManager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from .access import Actor
    from .audit import Outcome

_T = TypeVar("_T")


class Act(Protocol):
    """What runs from opening to commit: a request, a command, a step of a task.

    A request whose answer is an error (status 400 or more, raised or returned) is undone, and so is a block that raises.

    Attributes:
        id: identifies the act in answers, logs and audit events (the request id of a request).
        name: what is being done: the endpoint, the command, the task.
        actor: who does it; None for somebody unknown.
    """

    id: str
    name: str
    actor: Actor | None

    @property
    def session(self) -> Session:
        """The SQLAlchemy session of this act, opened at first use. The core commits it; nobody else does."""

    def get(self, service: type[_T]) -> _T:
        """Return the service of this type. Raises DihyaError naming the package to install when there is none."""

    def record(
        self, action: str, *, object: str | None = None, outcome: Outcome = "done", **facts: str | int | bool | None
    ) -> None:
        """Add an audit event inside this act's transaction. Facts are names and numbers, never personal values."""

    def keep(self) -> None:
        """Commit what was changed, recorded and published until now: it stays, however the act ends.

        An act whose answer has a status of 400 or more, raised or returned, is undone. What must outlive that (a
        failed attempt that is counted, a stolen token that is withdrawn) is kept by this call. Not inside a savepoint.
        """

    def undo(self) -> None:
        """Take back what was changed, recorded and published since the act began or was last told to keep.

        A view calls it when a record was refused and it goes on to read, for the form that it shows again.
        """

    def publish(self, event: object) -> None:
        """Say in this act's transaction that something happened; subscribers hear of it after the commit, at least once.

        Without dihya-events nobody keeps events, and it only checks them.

        Raises:
            Invalid: it is no event, a field does not fit, or no active plugin registers it.
        """


class Acts(Protocol):
    """Opens acts outside of a request: in commands, tasks and tests."""

    def open(
        self, name: str, *, actor: Actor | None = None, id: str | None = None, session: bool = True
    ) -> AbstractContextManager[Act]:
        """Open an act; it commits when the block ends and rolls back, with an audit event, when the block raises.

        Args:
            session: False for an act that must not hold a transaction, since it waits for something slow; it has no
                session, and what needs one opens an act of its own.
        """


_current: ContextVar[Act] = ContextVar("dihya_act")


def current() -> Act:
    """Return the act that is running. Raises LookupError outside of one."""
    try:
        return _current.get()
    except LookupError:
        raise LookupError("no act is open here; use Acts.open(name) around this code") from None


def get(service: type[_T]) -> _T:
    """Return a service from the act that is running; short for ``current().get(service)``."""
    return current().get(service)


def provided_by(package: str) -> Any:
    """Mark a Protocol with the package that implements it, so that its absence can be explained."""

    def mark(protocol: type[_T]) -> type[_T]:
        protocol.__provided_by__ = package  # type: ignore[attr-defined]
        return protocol

    return mark
