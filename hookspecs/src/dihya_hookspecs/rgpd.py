"""People's data: who is concerned, where it lies, how it leaves and how it goes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from . import hookspec
from ._law import CONDITIONS as CONDITIONS
from ._law import is_special as is_special
from ._retention import Retention as Retention
from ._retention import Span as Span
from .acts import provided_by


@dataclass(frozen=True, slots=True)
class Subject:
    """A person as one table knows them: ``Subject("association_members", "0192…", "association")``."""

    table: str
    key: str
    plugin: str


@dataclass(frozen=True, slots=True)
class Demand:
    """A request of a person that is being carried out.

    Attributes:
        words: the person's keys, and the texts that their rows hold: what else speaks of them may be found by these.
    """

    id: str
    kind: Literal["export", "erase"]
    words: frozenset[str] = frozenset()

    def named_in(self, text: str) -> bool:
        """Tell whether *text* holds one of the words; short ones prove nothing within a longer text."""
        return any(word in text for word in self.words if len(word) >= 6) or text in self.words


@dataclass(frozen=True, slots=True)
class Disclosure:
    """Data about a subject that lies outside annotated columns.

    Attributes:
        rows: JSON objects.
        files: name → bytes.
        gaps: what could not be given, one sentence each; the rest is given, and the export is marked as incomplete.
    """

    source: str
    rows: tuple[Mapping[str, Any], ...] = ()
    files: Mapping[str, bytes] = field(default_factory=dict)
    gaps: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Erasure:
    """What became of a subject's data in one place.

    Attributes:
        source: a table, a folder, a processor.
        basis, until: for what is retained: the legal basis and the ISO date of its end.
        reason: one sentence on why something is retained, where basis and date do not say it.
        refused: nothing at all is erased of this subject, by no plugin, and *reason* says why: the last administrator.
    """

    source: str
    removed: int = 0
    anonymised: int = 0
    retained: int = 0
    basis: str = ""
    until: str = ""
    reason: str = ""
    refused: bool = False


@provided_by("dihya-rgpd")
class People(Protocol):
    """Export and erasure of one person across all plugins."""

    def find(self, identifier: str) -> list[Subject]:
        """Subjects known by this e-mail address, phone number or other identifier."""

    def export(self, subjects: list[Subject]) -> bytes:
        """A signed ZIP with all that is held about them."""

    def erase(self, subjects: list[Subject]) -> list[Erasure]:
        """Erase; answers what was removed, anonymised and retained, table by table."""


@provided_by("dihya-rgpd")
class Held(Protocol):
    """Whose data stays, whatever its age and whoever removes it."""

    def people(self) -> Sequence[Subject]:
        """Everybody who is under a legal hold."""


@hookspec(kind="collect", result=Disclosure, on_error="incomplete", budget_ms=5000)
def on_rgpd_export(subject: Subject, demand: Demand) -> Disclosure | list[Disclosure]:  # type: ignore[empty-body]
    """Return what this plugin holds about *subject* outside annotated columns (files, queues, processors).

    Called when an export is made, for each subject of the demand.
    """


@hookspec(kind="collect", result=Erasure, on_error="incomplete", budget_ms=5000)
def on_rgpd_erase(subject: Subject, demand: Demand) -> Erasure | list[Erasure]:  # type: ignore[empty-body]
    """Erase what this plugin holds about *subject* outside annotated columns; say what was removed and retained.

    Called before the annotated rows go, in the same transaction. A failure keeps the demand open. An ``Erasure`` that is
    ``refused`` keeps everything about the subject where it is, and undoes what other plugins did in this demand.
    """


@hookspec(kind="collect", result=Subject, on_error="incomplete")
def find_subject(identifier: str) -> Subject | list[Subject]:  # type: ignore[empty-body]
    """Return subjects that this plugin knows by *identifier*, where annotated columns cannot tell.

    Called when somebody looks for a person.
    """
