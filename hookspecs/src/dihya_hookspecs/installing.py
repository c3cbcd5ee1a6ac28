"""Plugins that come and go while the application serves: looked through, tried, put in their place, and undone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from .acts import provided_by
from .i18n import Text
from .inspecting import Portrait

Change = Literal["install", "uninstall", "purge", "undo"]
Kind = Literal["table", "files", "setting", "address", "permission", "role", "task", "recurring", "command", "kept"]


@dataclass(frozen=True, slots=True)
class Sources:
    """What the operator lets people bring in from the console (``[plugins]``); nothing unless the file says so.

    Attributes:
        changes: whether plugins may be changed from there at all.
        uploads: whether a wheel or ZIP file may be uploaded.
        shelf: what lies in the operator's folder: names of wheels, ZIP files and folders.
        index: address of the package index from which a plugin may be fetched; empty for none.
    """

    changes: bool = True
    uploads: bool = False
    shelf: tuple[str, ...] = ()
    index: str = ""


@dataclass(frozen=True, slots=True)
class Belonging:
    """Something that a plugin has.

    Attributes:
        name: of the table, permission, address …, or the place on the disk.
        title: what people read of it, where it says so.
        count: rows of a table, files of a folder; None where nothing was counted.
        personal: columns of the table that hold data about people.
    """

    kind: Kind
    name: str
    title: Text | None = None
    count: int | None = None
    personal: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Arrival:
    """A plugin that waits for a yes: a wheel that was looked through, of which nothing has run.

    Attributes:
        id: by which it is named until it is installed: the SHA-256 of the wheel.
        before: the version that is installed now; empty for none.
        contract: the range of contract versions that it asks for.
        requires: what it requires besides, and whether that is there.
        owns: the names that become its own: section, addresses, beginnings of tables, permissions and events.
        brings: the files of a fixed name that it has (``models``, ``routes``, ``tasks`` …), and ``migrations``.
        generated: it says that Dihya wrote it; nobody vouches for that.
        built: it came as a folder or ZIP, and was built here by ``uv_build``.
        faults: why it cannot be installed; empty when it can.
    """

    id: str
    name: str
    version: str
    before: str = ""
    contract: str = ""
    python: str = ""
    requires: tuple[tuple[str, bool], ...] = ()
    owns: tuple[str, ...] = ()
    brings: tuple[str, ...] = ()
    generated: bool = False
    built: bool = False
    faults: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Kept:
    """The code of a plugin that was replaced or taken out, kept until the next change of that plugin.

    Attributes:
        replaced: another version took its place; False when it was uninstalled.
        goes_back: its tables are taken back too, so that what was written into newer columns since is lost.
    """

    name: str
    version: str
    replaced: bool
    goes_back: bool
    at: str


@dataclass(frozen=True, slots=True)
class Progress:
    """The change that is under way, or the last one.

    Attributes:
        by: id of who asked for it; who: their name, as long as it is under way.
        state: ``interrupted`` when its process is gone without an end: the next change, or the next start, finishes or undoes it.
        steps: their names, in order: ``look`` ``back`` ``try`` ``tables`` ``swap`` ``check`` ``remove`` ``server``.
        step: the one that it is at, or at which it ended.
        said: why it failed, in one sentence.
        reloaded: a server was told to take its new workers.
        arrived: this process knows the outcome: it answers with the new code.
    """

    change: Change
    name: str
    version: str
    state: Literal["running", "done", "failed", "interrupted"]
    steps: tuple[str, ...]
    step: str
    by: str = ""
    who: str = ""
    at: str = ""
    said: str = ""
    digest: str = ""
    reloaded: bool = False
    arrived: bool = False


@provided_by("dihya-plugins")
class Installing(Protocol):
    """Brings plugins in and takes them out; each change works in a process of its own.

    Every method that changes something raises Invalid (403) where the operator forbids it in ``[plugins]``, and Invalid
    (409, code ``under-way``) while another change is under way, with who it is and what they do.
    """

    def sources(self) -> Sources:
        """What may be brought in from the console."""

    def belongings(self, name: str) -> Sequence[Belonging]:
        """What an installed plugin brings, in words; read from what is loaded, without its data. Raises NotFound."""

    def remains(self, name: str) -> Sequence[Belonging]:
        """Exactly what a purge throws away: tables with their rows, files, settings, rights, schedules, kept code.

        Raises:
            NotFound: no such plugin is installed.
            Invalid: (409) it does not run, so that its tables are not known, or tables of others refer to its own.
        """

    def portrait(self, name: str = "", *, arrival: str = "") -> Portrait:
        """Return what the files of an installed plugin, or of an arrival, say of it; nothing of it is run.

        Raises:
            NotFound: there is no such plugin or arrival.
            Invalid: it is in memory, and has no files.
        """

    def removable(self, name: str) -> None:
        """Return when a plugin may be taken out. Raises as ``begin`` does, with what stands against it."""

    def receive(self, name: str, content: Iterable[bytes], *, fetched: bool = False) -> Arrival:
        """Look through a wheel, or the ZIP file of a plugin's folder, that was uploaded or fetched; nothing of it runs.

        Args:
            name: of the file.

        Raises:
            Invalid: it is no plugin, or larger than a plugin may be.
        """

    def take(self, name: str) -> Arrival:
        """Look through what lies on the shelf under this name. Raises NotFound, and Invalid as ``receive`` does."""

    def arrival(self, id: str) -> Arrival:
        """Return what waits for a yes. Raises NotFound."""

    def discard(self, id: str) -> None:
        """Forget an arrival."""

    def begin(self, change: Change, name: str, *, arrival: str = "") -> None:
        """Begin a change on behalf of who acts; return at once. ``progress`` tells how far it is.

        Args:
            arrival: for ``install``, what was looked through.

        Raises:
            NotFound: there is no such plugin, arrival or kept version.
            Invalid: (409) it is required, by others or by the application.
        """

    def mend(self) -> None:
        """Finish or undo the change that was interrupted. Raises Invalid (409) where there is none."""

    def reload(self) -> bool:
        """Let the server take its new workers, so that what was switched on or off counts; False where none is found."""

    def progress(self) -> Progress | None:
        """Return how far the change is, or how the last one ended; None when there was none."""

    def kept(self) -> Sequence[Kept]:
        """The versions to which ``undo`` leads back, by name."""
