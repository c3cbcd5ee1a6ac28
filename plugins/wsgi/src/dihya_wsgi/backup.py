"""What a backup keeps of this plugin."""

from __future__ import annotations

from dihya_hookspecs.backup import BackupPart

# Addresses and process numbers are this machine's.
PARTS = (BackupPart("wsgi", claims=("serve.pid",), local_settings=("*",)),)
