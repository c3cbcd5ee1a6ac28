"""What stands in the menu, and where others lead who name a record."""

from __future__ import annotations

from dihya_hookspecs.i18n import Text
from dihya_hookspecs.ui import Link, Page

PAGES = (Page("audit", Text("Audit log", "Journal d’audit"), "/audit/", "audit:read", "trust", 10, "scroll-text"),)
LINKS = (Link("audit-log", "/audit/", "audit:read"),)
