"""Who may do what."""

from __future__ import annotations

from dihya_hookspecs.access import Permission
from dihya_hookspecs.i18n import Text

PERMISSIONS = (
    Permission("services:generate", Text("generate plugins", "générer des plugins"), ("user", "admin")),
    Permission(
        "services:read", Text("read one's generations", "consulter ses générations"), ("user", "admin", "auditeur")
    ),
    Permission(
        "services:oversee", Text("see everybody's generations", "voir les générations de tous"), ("admin", "auditeur")
    ),
    Permission(
        "services:manage",
        Text("read ideas and remove generations of others", "lire les idées et supprimer les générations des autres"),
    ),
)
