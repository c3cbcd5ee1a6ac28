"""What a backup keeps of this plugin."""

from __future__ import annotations

from dihya_hookspecs.backup import BackupPart

from .loose import OURS

PARTS = (BackupPart("backup", claims=OURS),)
