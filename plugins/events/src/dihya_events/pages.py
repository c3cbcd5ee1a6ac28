"""What stands in the menu."""

from __future__ import annotations

from dihya_hookspecs.i18n import Text
from dihya_hookspecs.ui import Page

PAGES = (Page("events", Text("Events", "Événements"), "/events/", "events:read", "trust", 61, "history"),)
