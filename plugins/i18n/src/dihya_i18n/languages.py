"""The languages that pages are in."""

from __future__ import annotations

from dihya_hookspecs.i18n import Language

LANGUAGES = (Language("fr", "Français"), Language("en", "English"))
