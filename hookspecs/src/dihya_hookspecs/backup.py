"""Backup: what must come back together, and what is done once it is back."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from . import hookspec

Moment = Literal["before", "snapshot", "after"]


@dataclass(frozen=True, slots=True)
class Swap:
    """Something restored that lies outside of the data folder, ready beside what it will replace.

    Attributes:
        put: exchanges the two; quick, and returns where the old one is kept (empty: there was none).
        undo: exchanges them back, because a later swap failed.
        discard: removes what was restored, because it is not wanted.
    """

    put: Callable[[], str]
    undo: Callable[[], None]
    discard: Callable[[], None]


@dataclass(slots=True)
class Staging:
    """Where a backup is put back, before it replaces anything.

    Attributes:
        data: the new data folder; it holds the loose files already, and takes the place of the old one by a rename.
        previous: the data folder that will be replaced; None when there is none.
        settings: what the restored application is told until everything is in its place, ``"db.url"`` → value.
        swaps: what lies outside of the data folder.
        replace: the operator agreed that what is there is replaced (and kept aside).
        rehearsal: nothing will be replaced; the backup is only tried out.
        without: plugins that are missing here, and whose data the operator can do without.
    """

    data: Path
    previous: Path | None = None
    replace: bool = False
    rehearsal: bool = False
    settings: dict[str, str] = field(default_factory=dict)
    swaps: list[Swap] = field(default_factory=list)
    without: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class BackupPart:
    """What a plugin says of its data in a backup, where copying files is not enough or too much.

    Every file below the data folder is in the backup, byte for byte and without a word from its plugin, unless a part
    claims it.

    Attributes:
        name: ``<plugin>``, or ``<plugin>-<what>`` when a plugin has several.
        claims: patterns of paths below the data folder (``logs/*``) that are not copied: this part saves them in its own
            way, or they are worth nothing in another place.
        save: writes into the empty folder that it is given; called in an act.
        restore: reads that folder and puts its content back into the staging; the application that is restored does not
            run yet.
        check: called in an act of the restored application, before it replaces anything; says in one sentence what it
            found, or raises and so stops the restoring.
        moment: ``snapshot`` is the database's; ``before`` and ``after`` are called on either side of it. What the
            database refers to comes after.
        hold: entered before the first part is saved and left after the last; keeps what the snapshot refers to.
        local_settings: keys of the plugin's section of ``dihya.toml`` that belong to one machine (places, addresses) and
            do not travel; ``*`` for all of them.
        holds: tells whether a file that it claims holds anything; a place where none does is empty, and a backup is put back
            there without further words. None: every file does.
    """

    name: str
    claims: tuple[str, ...] = ()
    save: Callable[[Path], None] | None = None
    restore: Callable[[Path, Staging], None] | None = None
    check: Callable[[], str] | None = None
    moment: Moment = "after"
    hold: Callable[[], AbstractContextManager[object]] | None = None
    local_settings: tuple[str, ...] = ()
    holds: Callable[[Path], bool] | None = None


@dataclass(frozen=True, slots=True)
class Restored:
    """A backup that was put back.

    Attributes:
        taken_at: when it was made, ISO 8601 in UTC.
        made_on: identifies the installation that made it; not the machine's name.
        digest: SHA-256 (hex) of its manifest, which holds the digest of every file.
        reason: what the operator gave as the reason; empty when nothing.
        previous: the data folder that is replaced, as it was left; None when there is none. What must outlive a restore
            (tombstones, anchors) is read here.
    """

    taken_at: str
    made_on: str
    digest: str
    reason: str = ""
    previous: Path | None = None


@hookspec(kind="collect", result=BackupPart, on_error="quarantine", found=("backup:PARTS",))
def register_backup_parts() -> BackupPart | list[BackupPart]:  # type: ignore[empty-body]
    """Return what a backup does with this plugin's data beyond copying its files from the data folder."""


@hookspec(kind="notify", on_error="abort", budget_ms=60_000)
def on_restored(restored: Restored) -> None:
    """Bring what a backup held up to date, before anything answers.

    Called once it was put back, in an act of the restored application, whose actor is the operator. A failure stops the restoring, and what was
    there before stays in its place. When ``dihya backup verify`` tries a backup out, this is not called.
    """
