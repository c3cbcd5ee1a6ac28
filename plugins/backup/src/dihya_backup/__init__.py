"""Everything in one sealed file, while it is used; proven, and put back all or nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dihya_hookspecs import hookimpl
from dihya_hookspecs.backup import BackupPart

if TYPE_CHECKING:
    import click


@hookimpl
def register_commands() -> list[click.Command]:
    from .cli import backup, restore

    return [backup, restore]


@hookimpl
def register_backup_parts() -> BackupPart:
    from .loose import OURS

    return BackupPart("backup", claims=OURS)
