"""Who may do what."""

from __future__ import annotations

from dihya_hookspecs.access import Permission
from dihya_hookspecs.i18n import Text

PERMISSIONS = (
    Permission("ai_fallback:use", Text("ask AI models", "interroger les modèles d’IA"), ("user", "admin")),
    Permission(
        "ai_fallback:admin",
        Text("ask AI models again that had failed", "interroger de nouveau les modèles d’IA en panne"),
    ),
)
