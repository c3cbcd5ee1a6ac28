"""What stands in the menu."""

from __future__ import annotations

from dihya_hookspecs.i18n import Text
from dihya_hookspecs.ui import Page

PAGES = (Page("ai_fallback", Text("AI models", "Modèles d’IA"), "/ai_fallback/", "ai_fallback:use", section="system"),)
