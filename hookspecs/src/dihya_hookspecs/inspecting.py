"""What is known of a plugin before any of its code runs: read from its files, and never guessed."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol

from .acts import provided_by
from .i18n import Text

PartKind = Literal[
    "personal", "table", "permission", "role", "host", "reach", "address", "page", "slot", "setting", "command", "task",
    "recurring", "subscription", "step", "policy", "key", "hook",
]  # fmt: skip
Record = Literal["whole", "modified", "folder"]


@dataclass(frozen=True, slots=True)
class Part:
    """Something that a plugin has, or would have.

    Attributes:
        kind: ``personal`` is a column about people, ``reach`` a library that talks to the network or starts processes.
        name: of the table, ``table.column``, permission, address …
        title: what people read of it, where it says so.
        facts: what else it says of itself, as (word, value); a value is a Text where it says it in both languages: ``roles``, ``category``, ``purpose``, ``retention``, ``country`` …
        place: the file and line in which it stands; empty for what follows from something else.
    """

    kind: PartKind
    name: str
    title: Text | None = None
    facts: tuple[tuple[str, str | Text], ...] = ()
    place: str = field(default="", compare=False)

    def fact(self, word: str) -> str:
        """Return what it says under this word; empty where it says nothing."""
        return str(dict(self.facts).get(word, ""))


@dataclass(frozen=True, slots=True)
class Undecided:
    """Something that only shows when the plugin runs.

    Attributes:
        what: the hook or part that is meant: ``register_egress``, ``PERMISSIONS``.
        place: the file and line in which it is decided.
    """

    what: str
    place: str


@dataclass(frozen=True, slots=True)
class Marks:
    """What a statement of ``dihya check`` says of exactly this wheel; its signature holds, and it is not too old.

    Attributes:
        key: the public key that signed, in base64.
        known: False for a key that nobody here trusts: then anybody may have signed.
        columns: column → ``passed``, ``failed``, ``exempt`` or ``not checked``.
    """

    date: str
    key: str
    known: bool
    columns: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Portrait:
    """A plugin as its files describe it.

    Attributes:
        sha256: of the wheel; empty for what is installed.
        before: the version that is installed now; empty for none, and for the portrait of that one.
        links: addresses of its project, each with its label: ``Source: https://example.org/club``.
        requires: what it requires besides the contract, and whether that is there.
        record: whether each file is what RECORD says; ``folder`` for one that is run from its author's folder.
        changed: the files that are not, with what is wrong.
        parts: what it has.
        gains, loses: what an upgrade would bring and take away; for a new plugin all parts are gains.
        undecided: what cannot be read without running it.
        marks: from a statement that was given; None without one.
        faults: why it could not be installed, or does not run; empty when nothing is known against it.
    """

    name: str
    version: str
    summary: str = ""
    licence: str = ""
    authors: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    contract: str = ""
    python: str = ""
    requires: tuple[tuple[str, bool], ...] = ()
    sha256: str = ""
    before: str = ""
    record: Record = "whole"
    changed: tuple[str, ...] = ()
    parts: tuple[Part, ...] = ()
    gains: tuple[Part, ...] = ()
    loses: tuple[Part, ...] = ()
    undecided: tuple[Undecided, ...] = ()
    marks: Marks | None = None
    faults: tuple[str, ...] = ()

    def of(self, kind: PartKind) -> Sequence[Part]:
        """Return the parts of one kind."""
        return [part for part in self.parts if part.kind == kind]


@dataclass(frozen=True, slots=True)
class Advisory:
    """What is known against a version that is installed.

    Attributes:
        id: ``GHSA-…``, ``PYSEC-…``, ``CVE-…``; the file's name for a version that was taken back.
        package, version: what it is about: the plugin's own package, or a library that it requires.
        summary: in the words of whoever wrote it.
        aliases: other ids of the same.
        fixed: the lowest version above this one in which it is mended; empty where none is known.
    """

    id: str
    package: str
    version: str
    kind: Literal["vulnerable", "yanked"] = "vulnerable"
    summary: str = ""
    aliases: tuple[str, ...] = ()
    fixed: str = ""

    def __str__(self) -> str:
        also = f" ({', '.join(self.aliases)})" if self.aliases else ""
        said = f": {self.summary}" if self.summary else ""
        if self.kind == "yanked":
            return f"{self.package} {self.version} was yanked{said}"
        return f"{self.package} {self.version} is affected by {self.id}{also}{said}; " + (
            f"{self.fixed} mends it" if self.fixed else "no version that mends it is known"
        )


@dataclass(frozen=True, slots=True)
class Judgement:
    """What was found out about an installed plugin before it is imported.

    Attributes:
        record, changed: as in a ``Portrait``; ``record`` is empty where nobody looked.
        against: why it must not run; empty when it may.
    """

    record: Record | Literal[""] = ""
    changed: tuple[str, ...] = ()
    advisories: tuple[Advisory, ...] = ()
    against: str = ""

    @property
    def said(self) -> tuple[str, ...]:
        """What an operator should know, a sentence each."""
        modified = f"modified: {', '.join(self.changed[:3])}" + (
            f" and {len(self.changed) - 3} more" if self.changed[3:] else ""
        )
        return (*([modified] if self.changed else ()), *map(str, self.advisories))


@provided_by("dihya-tests")
class Statements(Protocol):
    """What statements of ``dihya check`` say of a wheel."""

    def marks(self, wheel: bytes, text: str = "", keys: Collection[str] = ()) -> Marks | None:
        """Return what a statement says of exactly this wheel; None where no text is given and none is kept here.

        Args:
            text: the statement.
            keys: public keys in base64 that are trusted besides those of this installation.

        Raises:
            Invalid: it is about another wheel, was changed, or is too old.
        """
