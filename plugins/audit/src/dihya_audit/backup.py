"""What a backup keeps of this plugin."""

from __future__ import annotations

from dihya_hookspecs.app import later
from dihya_hookspecs.backup import BackupPart

PARTS = (BackupPart("audit", check=later("dihya_audit.restoring:check")),)
