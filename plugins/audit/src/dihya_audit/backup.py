"""What a backup keeps of this plugin."""

from __future__ import annotations

from dihya_hookspecs.backup import BackupPart

from .restoring import check

PARTS = (BackupPart("audit", check=check),)
