"""Who may do what."""

from __future__ import annotations

from dihya_hookspecs.access import Permission
from dihya_hookspecs.i18n import Text

EMPTY_BIN = "db:empty_bin"
PERMISSIONS = (
    Permission(EMPTY_BIN, Text("remove for good what lies in the bin", "supprimer définitivement ce qui est dans la corbeille"), ("admin",)),
)  # fmt: skip
