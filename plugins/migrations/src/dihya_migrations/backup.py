"""A restored database is brought to the newest revision before anybody looks at it."""

from __future__ import annotations

from dihya_hookspecs.backup import BackupPart

from .service import setup

PARTS = (BackupPart("migrations", claims=("dihya.db.upgrade", "upgrade.lock"), check=setup),)
