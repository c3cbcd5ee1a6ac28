"""What a backup keeps of this plugin."""

from __future__ import annotations

from dihya_hookspecs.backup import BackupPart

PARTS = (BackupPart("logs", claims=("logs/*",)),)
