"""The record of what happened."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from string import Formatter
from typing import TYPE_CHECKING, Any, Literal, Protocol

from . import DeclarationError, hookspec
from .acts import provided_by
from .i18n import Text

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

Outcome = Literal["done", "refused", "failed"]


@dataclass(frozen=True, slots=True)
class AuditEvent:
    """One thing that was done, refused or that failed. It names; it never quotes a personal value.

    Attributes:
        at: UTC, ISO 8601 with microseconds and ``Z``.
        action: ``insert``, ``update``, ``delete`` for changed rows; otherwise ``plugin.act`` or the endpoint.
        object: ``table:key`` of a row, or another identifier; None when the act concerns nothing in particular.
        facts: names, numbers and digests: changed column names, counts, status. Keys match ``[a-z0-9_.]+``; values are
            str, int (up to 2**53), bool or None, and lists of those.
    """

    at: str
    act: str
    actor: str | None
    action: str
    object: str | None
    outcome: Outcome
    plugin: str
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Entry:
    """An audit event with its place in the log: index (from 0) and leaf hash (hex)."""

    index: int
    leaf: str
    event: AuditEvent


@dataclass(frozen=True, slots=True)
class Anchor:
    """A place outside the database that receives every checkpoint; ``send`` takes the signed note as text."""

    name: str
    send: Callable[[str], None]


@dataclass(frozen=True, slots=True)
class AuditAction:
    """What an action means that a plugin records: ``AuditAction("club.reminded", Text("{who} reminded {what}", "…"))``.

    Attributes:
        name: as it is recorded, ``<plugin>.<act>``.
        words: a sentence for people; ``{who}`` is whoever acts, ``{what}`` the object that the event names.
    """

    name: str
    words: Text

    def __post_init__(self) -> None:
        """Raises DeclarationError for a sentence that says neither who nor what, or that names what no event has."""
        for said in self.words:
            places = {place for _, place, _, _ in Formatter().parse(said) if place is not None}
            if not places or not places <= {"who", "what"}:
                raise DeclarationError(
                    f"the words of audit action {self.name!r} have {said!r}; say {{who}}, or {{what}} for the object"
                )


@provided_by("dihya-audit")
class AuditLog(Protocol):
    """The verifiable log."""

    def search(
        self,
        *,
        query: str = "",
        actor: str = "",
        object: str = "",
        act: str = "",
        before: int | None = None,
        limit: int = 50,
    ) -> Sequence[Entry]:
        """Entries, newest first; *before* is an index."""

    def checkpoint(self) -> str:
        """The newest signed checkpoint as a C2SP signed note."""

    def bundle(self, act: str | None = None) -> bytes:
        """A ZIP that ``dihya audit verify`` checks offline; *act* keeps the entries of one act, with proofs."""


@hookspec(kind="notify", on_error="abort", budget_ms=20)
def on_audit(event: AuditEvent, session: Session, more: bool) -> None:
    """Store the event through *session*, in the act's own transaction, or raise and so undo the act.

    Called for each event of an act, before its transaction is committed. Do not commit. What implements this must store the event durably when the transaction commits.

    Args:
        more: True when another event of the same act follows at once, whatever happens, or the act is undone; so several may
            be stored together with the last of them.
    """


@hookspec(kind="collect", result=Anchor, on_error="quarantine", found=("anchors:ANCHORS",))
def register_anchors() -> Anchor | list[Anchor]:  # type: ignore[empty-body]
    """Return places to which checkpoints are sent, so that the log's owner cannot rewrite it unseen."""


@hookspec(kind="collect", result=AuditAction, on_error="quarantine", found=("audit_actions:ACTIONS",))
def register_audit_actions() -> AuditAction | list[AuditAction]:  # type: ignore[empty-body]
    """Return what the actions mean that this plugin records, in the words of people.

    Changed rows and the actions of resources need none: they are said by the words of their resource.
    """
