"""People's data: who is concerned, where it lies, how it leaves and how it goes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal, Protocol

from . import DeclarationError, hookspec
from ._law import BASES, Basis
from ._law import CONDITIONS as CONDITIONS
from ._law import is_special as is_special
from ._retention import Retention as Retention
from ._retention import Span as Span
from .acts import provided_by
from .i18n import Text


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


How = Literal["form", "paper", "oral", "email"]
"""How somebody said it: on a form of the application, on paper, by word of mouth, by e-mail."""


@dataclass(frozen=True, slots=True)
class Purpose:
    """What a plugin uses data about people for, where they have a say in it: by consent, or by objecting.

    It stands in the plugin's ``purposes.py``, as ``PURPOSES``; others call it ``<plugin>.<name>``: ``club.newsletter``.

    Attributes:
        name: what people said is kept under it, so it stays the same: ``newsletter``.
        title: what people read: ``Text("Monthly letter", "Lettre mensuelle")``.
        basis: what allows it. With ``consent`` nothing may be used before it is given; to ``legitimate_interest`` and
            ``public_interest`` people may object (RGPD article 21(1)).
        marketing: whether it is direct marketing: who objects to that is not weighed against anything (article 21(2) and (3)).
    """

    name: str
    title: Text
    basis: Basis
    marketing: bool = False

    def __post_init__(self) -> None:
        """Raises DeclarationError for a name that is none, and for an unknown basis."""
        if not re.fullmatch(r"[a-z][a-z0-9_]{0,39}", self.name):
            raise DeclarationError(
                f"purpose {self.name[:60]!r} is no name; write up to 40 small letters, digits and _, without the plugin"
            )
        if self.basis not in BASES:
            raise DeclarationError(f"purpose {self.name!r} has basis {self.basis!r}; write one of {', '.join(BASES)}")


@provided_by("dihya-rgpd")
class Consents(Protocol):
    """What people have allowed, and taken back. Ask at the moment of use: an answer of yesterday may be untrue today.

    A purpose is said as ``<plugin>.<name>``; what no active plugin declares is ``Invalid``.
    """

    def given(self, subject: Subject, purpose: str, words: str, how: How, on: date | None = None) -> None:
        """Note that somebody consents, in the act's name.

        Args:
            words: the whole text that was shown or read to them (RGPD article 7(1)).
            on: the day on which they said it, where that was before today: the one on a paper.

        Raises:
            Invalid: there are no words or too many (10 to 4000 characters), *how* is unknown, *on* has not come yet.
        """

    def withdrawn(self, subject: Subject, purpose: str) -> bool:
        """Note that somebody takes their consent back; False where none stood, and nothing is noted then."""

    def holds(self, subject: Subject, purpose: str) -> bool:
        """Tell whether a consent stands: the newest that they said is yes."""

    def objected(self, subject: Subject, purpose: str, grounds: str = "") -> None:
        """Note that somebody objects to a purpose; from now on their data is not used for it, until that is decided otherwise.

        Args:
            grounds: what they say of their situation; nothing is needed against direct marketing, which is not weighed.

        Raises:
            Invalid: nobody may object to what rests on a consent (it is withdrawn), a contract or a duty; or (409) they do already.
        """

    def may_use(self, subject: Subject, purpose: str) -> bool:
        """Tell whether data about somebody may be used for this now.

        A consent stands where the purpose needs one, no objection to it stands, and the data is not restricted (article 18).
        """

    def among(self, subjects: Iterable[Subject], purpose: str) -> list[Subject]:
        """Return those of *subjects* of whom ``may_use`` is true, with one statement for some hundreds of them."""

    def demand(self, subject: Subject, purpose: str) -> None:
        """Raise Refused, with one sentence for people, unless ``may_use`` is true."""


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
