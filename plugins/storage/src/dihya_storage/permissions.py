"""Who may do what."""

from __future__ import annotations

from dihya_hookspecs.access import SIGNED_IN, Permission
from dihya_hookspecs.i18n import Text

PERMISSIONS = (
    Permission("storage:read", Text("download one’s own files", "télécharger ses propres fichiers"), (SIGNED_IN,)),
)
